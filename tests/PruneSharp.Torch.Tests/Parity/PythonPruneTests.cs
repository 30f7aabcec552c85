using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests.Parity;

/// <summary>Pruned models go from Python to TorchSharp and back. Run where Python has PyTorch (1.13 of Debian 12, or later).</summary>
public sealed class PythonPruneTests
{
    [Fact]
    public void A_model_of_Python_that_is_pruned_here_loads_in_Python()
    {
        using var folder = new TemporaryFolder();
        PythonTorch.Run(TokenNet.Python + "torch.save(net.state_dict(), sys.argv[1]); torch.save({'tokens': tokens}, sys.argv[2])", folder["plain.pt"], folder["run.pt"]);

        using var scope = NewDisposeScope();
        using var net = new TokenNet();
        ModuleState.Load(net, folder["plain.pt"]);
        net.Prune();
        ModuleState.Save(net, folder["pruned.pt"]);
        var tokens = ModuleState.Read(folder["run.pt"])["tokens"];
        ModuleState.Write(new Dictionary<string, Tensor> { ["tokens"] = tokens, ["output"] = net.call(tokens).detach() }, folder["run.pt"], force: true);
        prune.remove_all(net);
        ModuleState.Save(net, folder["removed.pt"]);

        PythonTorch.Run(TokenNet.Python + """
            ours, run, removed = torch.load(sys.argv[2]), torch.load(sys.argv[3]), torch.load(sys.argv[4])
            net.load_state_dict(torch.load(sys.argv[1]))
            theirs = pruned(net).state_dict()
            assert sorted(ours) == sorted(theirs), set(ours) ^ set(theirs)
            for key in theirs:
                assert theirs[key].dtype == ours[key].dtype, key
                assert not key.endswith("_mask") or torch.equal(theirs[key], ours[key]), key
                assert not key.endswith("_orig") or torch.equal(theirs[key] * ours[key[:-5] + "_mask"], ours[key] * ours[key[:-5] + "_mask"]), key
            near(net(run["tokens"]), run["output"])
            twin = prepared(TokenNet().eval())
            twin.load_state_dict(ours, strict=True)
            near(twin(run["tokens"]), run["output"])
            plain = TokenNet().eval()
            plain.load_state_dict(removed, strict=True)
            near(plain(run["tokens"]), run["output"])
            """, folder["plain.pt"], folder["pruned.pt"], folder["run.pt"], folder["removed.pt"]);
    }

    [Fact]
    public void A_model_that_is_pruned_in_Python_loads_here()
    {
        using var folder = new TemporaryFolder();
        PythonTorch.Run(TokenNet.Python + """
            pruned(net)
            output = net(tokens)
            output.square().sum().backward()
            torch.save(net.state_dict(), sys.argv[1])
            torch.save({"tokens": tokens, "output": output.detach(), **{"weight." + n: p.detach() for n, p in [("conv", net.conv.weight), ("lstm", net.lstm.weight_ih_l0)]},
                        "gradient.conv": net.conv.weight_orig.grad, "gradient.linear": net.linear.bias_orig.grad}, sys.argv[2])
            """, folder["pruned.pt"], folder["run.pt"]);

        using var scope = NewDisposeScope();
        using TokenNet net = new TokenNet().Prepare(), plain = new();
        Assert.Throws<StateMismatchException>(() => ModuleState.Load(plain, folder["pruned.pt"]));
        Assert.True(ModuleState.Load(net, folder["pruned.pt"]).IsEmpty);
        var run = ModuleState.Read(folder["run.pt"]);
        var output = net.call(run["tokens"]);
        AssertNear(run["output"], output);
        Assert.True(prune.effective(net.conv, "weight").Equals(run["weight.conv"]));
        Assert.True(prune.effective(net.lstm, "weight_ih_l0").Equals(run["weight.lstm"]));
        output.square().sum().backward();
        AssertNear(run["gradient.conv"], net.conv.get_parameter("weight_orig")!.grad!);
        AssertNear(run["gradient.linear"], net.linear.get_parameter("bias_orig")!.grad!);
        using (no_grad())
            AssertNear(run["output"], net.call(run["tokens"]));

        prune.remove_all(net);
        Assert.Equal(plain.state_dict().Keys.Order(), net.state_dict().Keys.Order());
        AssertNear(run["output"], net.call(run["tokens"]));
    }

    private static void AssertNear(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        double scale = expected.abs().max().item<float>(), off = (expected - actual).abs().max().item<float>();
        Assert.True(off <= 1e-5 * scale, $"off by {off} of {scale}");
    }
}
