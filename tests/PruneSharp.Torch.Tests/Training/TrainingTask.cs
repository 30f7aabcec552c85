using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>A small network and 128 samples of four classes, both made from one seed.</summary>
internal sealed class TrainingTask : IDisposable
{
    private readonly Generator _generator;

    public TrainingTask(ulong seed = 1)
    {
        _generator = new(seed, CPU);
        Model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 4));
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (var parameter in Model.parameters())
            parameter.copy_(parameter.dim() == 1 ? zeros(parameter.shape) : Normal(parameter.shape) / Math.Sqrt(parameter.shape[1] / 2.0));
        Input = Normal(128, 8).DetachFromDisposeScope();
        Labels = Input.mm(Normal(8, 4)).argmax(1).DetachFromDisposeScope();
    }

    public TorchSharp.Modules.Sequential Model { get; }

    public Tensor Input { get; }

    public Tensor Labels { get; }

    public static IReadOnlyList<string> Optimizers { get; } = ["sgd", "adam"];

    public optim.Optimizer Optimizer(string kind) => kind == "sgd"
        ? optim.SGD(Model.parameters(), 0.05, momentum: 0.9)
        : optim.Adam(Model.parameters(), 0.01);

    public Tensor Loss() => nn.functional.cross_entropy(Model.call(Input), Labels);

    public double LossNow()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        return Loss().item<float>();
    }

    /// <summary>One step of the user's loop.</summary>
    public void Step(optim.Optimizer optimizer, Pruner pruner)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        Loss().backward();
        optimizer.step();
        pruner.step();
    }

    public void Dispose()
    {
        Model.Dispose();
        Input.Dispose();
        Labels.Dispose();
        _generator.Dispose();
    }

    private Tensor Normal(params long[] shape) => randn(shape, generator: _generator);
}
