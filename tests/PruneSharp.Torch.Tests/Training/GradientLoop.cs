using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>A training of one matrix whose gradients the test writes down: the loss is Σ g·w.</summary>
internal sealed class GradientLoop : IDisposable
{
    public GradientLoop(float[,] weights, Plan plan, TrainingMethod method, double rate = 1, double momentum = 0)
    {
        Module = Values.Holding(weights);
        Optimizer = optim.SGD(Module.parameters(), rate, momentum);
        Pruner = new(Module, plan, Optimizer, method);
    }

    public Weighted Module { get; }

    public optim.Optimizer Optimizer { get; }

    public Pruner Pruner { get; }

    public Tensor Weight => Module.weight;

    public Tensor Mask => Pruner.Layers[0].Mask;

    public Tensor Dense => Pruner.Layers[0].Dense!;

    /// <summary>One step with a gradient.</summary>
    public void Step(float[,] gradient)
    {
        using var given = tensor(gradient);
        Step(given);
    }

    /// <inheritdoc cref="Step(float[,])"/>
    public void Step(Tensor gradient)
    {
        Optimizer.zero_grad();
        Module.call(gradient).sum().backward();
        Optimizer.step();
        Pruner.step();
    }

    public void Dispose()
    {
        Pruner.Dispose();
        Optimizer.Dispose();
        Module.Dispose();
    }
}
