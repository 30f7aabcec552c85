using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>Gradual magnitude pruning.</summary>
public sealed class MagnitudeTests
{
    [Fact]
    public void Pruned_weights_stay_pruned_however_steep_their_gradient()
    {
        var plan = new Plan { Schedule = Schedule.Linear(0.75, 0, 2) with { InitialSparsity = 0.25, Frequency = 1 } };
        using var loop = new GradientLoop(new float[,] { { 1, 2 }, { 3, 4 } }, plan, new Magnitude());
        loop.Step(zeros(2, 2));
        for (int step = 0; step < 2; step++)
            loop.Step(new float[,] { { -100, 0 }, { 0, 0 } });
        Values.Equal(new float[,] { { 0, 0 }, { 0, 4 } }, loop.Weight);
        Assert.Equal(0.75, loop.Pruner.finish().Sparsity);
    }
}
