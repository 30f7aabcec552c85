using TorchSharp;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests.Parity;

/// <summary>The same training in PyTorch, by its own ranking and its own optimizer. Run where Python has PyTorch (1.13 of Debian 12, or later).</summary>
public sealed class PythonTrainingTests
{
    private const double Tolerance = 1e-12;

    // Reads a file of tensors, trains one step at a time, writes the weights back.
    private const string Python = """
        import math, sys, torch
        given = torch.load(sys.argv[1])
        net = torch.nn.Sequential(torch.nn.Linear(6, 10), torch.nn.Tanh(), torch.nn.Linear(10, 3)).double()
        net.load_state_dict({k[4:]: v for k, v in given.items() if k.startswith("net.")})
        weights = [net[0].weight, net[2].weight]
        sgd = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9, weight_decay=0.01)
        def train():
            sgd.zero_grad()
            (net(given["input"]) - given["target"]).square().mean().backward()
            sgd.step()
        @torch.no_grad()
        def apply(masks):
            for weight, mask in zip(weights, masks):
                weight.mul_(mask)
                sgd.state[weight]["momentum_buffer"].mul_(mask)

        """;

    [Fact]
    public void Gradual_magnitude_pruning_gives_PyTorch_s_weights()
    {
        var plan = new Plan { Schedule = Schedule.Cubic(0.8, 3, 23) with { InitialSparsity = 0.1, Frequency = 4 } };
        AssertParity(plan, new Magnitude(), 40, """
            from torch.nn.utils import prune
            masks = [torch.ones_like(w) for w in weights]
            for step in range(40):
                train()
                apply(masks)
                if 3 <= step <= 23 and ((step - 3) % 4 == 0 or step == 23):
                    sparsity = 0.8 + (0.1 - 0.8) * (1 - (step - 3) / 20) ** 3
                    copies = [torch.nn.Linear(w.shape[1], w.shape[0], bias=False).double() for w in weights]
                    for copy, weight in zip(copies, weights):
                        copy.weight.data.copy_(weight.data)
                    prune.global_unstructured([(c, "weight") for c in copies], prune.L1Unstructured, amount=round(sparsity * 90))
                    masks = [c.weight_mask for c in copies]
                    apply(masks)
            """);
    }

    [Fact]
    public void Rigging_gives_the_weights_that_PyTorch_s_topk_drops_and_grows()
    {
        var plan = new Plan { Amount = 0.6, Allocation = Allocation.Local };
        AssertParity(plan, new RigL { EndStep = 6, Interval = 2, DropFraction = 0.5, Seed = 3 }, 9, """
            masks = [given["mask.0"], given["mask.1"]]
            for step in range(9):
                train()
                apply(masks)
                if 0 < step < 6 and step % 2 == 0:
                    for i, weight in enumerate(weights):
                        kept = int(masks[i].sum())
                        dropped = round(0.5 / 2 * (1 + math.cos(math.pi * step / 6)) * kept)
                        size = weight.detach().abs().masked_fill(masks[i] == 0, -1).flatten()
                        mask = torch.zeros_like(size)
                        mask[size.topk(kept - dropped).indices] = 1
                        mask[weight.grad.abs().flatten().masked_fill(mask == 1, -1).topk(dropped).indices] = 1
                        masks[i] = mask.view_as(weight)
                    apply(masks)
            """);
    }

    private static void AssertParity(Plan plan, TrainingMethod method, int steps, string python)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var net = nn.Sequential(nn.Linear(6, 10), nn.Tanh(), nn.Linear(10, 3));
        net.to(float64);
        using (no_grad())
        {
            foreach (var (index, parameter) in net.parameters().Index())
                parameter.copy_((arange(parameter.numel(), float64) * 1.7 + index).sin().view(parameter.shape) * 0.6);
        }

        var input = (arange(12 * 6, float64) * 0.9).cos().view(12, 6);
        var target = (arange(12 * 3, float64) * 1.3).sin().view(12, 3);
        var given = net.state_dict().ToDictionary(s => "net." + s.Key, s => s.Value.detach().clone());
        using var optimizer = optim.SGD(net.parameters(), 0.1, momentum: 0.9, weight_decay: 0.01);
        using var pruner = new Pruner(net, plan, optimizer, method);
        foreach (var (index, layer) in pruner.Layers.Index())
            (given[$"mask.{index}"], given[$"net.{layer.Name}"]) = (layer.Mask.clone(), layer.Weight.detach().clone());
        ModuleState.Write(new Dictionary<string, Tensor>(given) { ["input"] = input, ["target"] = target }, folder["given.pt"]);

        for (int step = 0; step < steps; step++)
        {
            optimizer.zero_grad();
            (net.call(input) - target).square().mean().backward();
            optimizer.step();
            pruner.step();
        }

        PythonTorch.Run(Python + python + "\ntorch.save(net.state_dict(), sys.argv[2])", folder["given.pt"], folder["trained.pt"]);
        var trained = ModuleState.Read(folder["trained.pt"]);
        foreach (var (name, value) in net.state_dict())
        {
            Assert.Equal(Values.ZeroCount(trained[name]), Values.ZeroCount(value));
            Assert.InRange((trained[name] - value).abs().max().item<double>(), 0, Tolerance);
        }
    }
}
