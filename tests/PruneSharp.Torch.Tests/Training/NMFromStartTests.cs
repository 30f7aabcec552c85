namespace PruneSharp.Torch.Tests;

/// <summary>SR-STE with steps that can be computed by hand.</summary>
public sealed class NMFromStartTests
{
    private static readonly Plan _twoOfFour = new() { Structure = Structure.NOfM(2, 4) };

    [Fact]
    public void Step_trains_all_weights_and_decays_the_pruned_ones()
    {
        using var loop = new GradientLoop(new float[,] { { 1, 2, 3, 4 }, { -8, -6, 4, 2 } }, _twoOfFour, new NMFromStart { Decay = 0.5, Interval = 1 }, rate: 0.5);
        Values.Equal(new float[,] { { 0, 0, 1, 1 }, { 1, 1, 0, 0 } }, loop.Mask);

        // Pruned: w − lr·g − lr·0.5·w: 1 + 3 − 0.25, 2 + 0 − 0.5; 4 − 0 − 1, 2 − 1 − 0.5. Kept: w − lr·g.
        loop.Step(new float[,] { { -6, 0, 0, 4 }, { 0, -4, 0, 2 } });
        Values.Equal(new float[,] { { 3.75f, 1.5f, 3, 2 }, { -8, -4, 3, 0.5f } }, loop.Dense);
        Values.Equal(new float[,] { { 1, 0, 1, 0 }, { 1, 1, 0, 0 } }, loop.Mask);
        Values.Equal(new float[,] { { 3.75f, 0, 3, 0 }, { -8, -4, 0, 0 } }, loop.Weight);
    }

    [Fact]
    public void Masks_are_decided_at_intervals_and_stay_from_the_stop_step_on()
    {
        using var loop = new GradientLoop(new float[,] { { 1, 2, 3, 4 } }, _twoOfFour, new NMFromStart { Decay = 0, Interval = 2, StopStep = 3 });
        var updates = new List<long>();
        loop.Pruner.Updated += report => updates.Add(report.Step - 1);
        float[,] up = { { -1.5f, 0, 0, 0 } };
        loop.Step(up);
        Values.Equal(new float[,] { { 0, 0, 1, 1 } }, loop.Mask);
        loop.Step(up);
        Values.Equal(new float[,] { { 0, 0, 1, 1 } }, loop.Mask);
        loop.Step(up);
        Values.Equal(new float[,] { { 1, 0, 0, 1 } }, loop.Mask);
        for (int step = 0; step < 5; step++)
            loop.Step(new float[,] { { 0, 0, -9, 0 } });
        Values.Equal(new float[,] { { 1, 0, 0, 1 } }, loop.Mask);
        Assert.Equal([0, 2], updates);
    }

    [Fact]
    public void Pruned_weights_decay_geometrically_until_the_stop_step()
    {
        using var loop = new GradientLoop(new float[,] { { 1, 2, 3, 4 } }, _twoOfFour, new NMFromStart { Decay = 0.5, StopStep = 3, Interval = 1 }, rate: 1);
        for (int step = 0; step < 6; step++)
            loop.Step(new float[1, 4]);
        Values.Equal(new float[,] { { 0.125f, 0.25f, 3, 4 } }, loop.Dense);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var method = new NMFromStart();
        Assert.Empty(method.Problems(_twoOfFour));
        Assert.Single(method.Problems(new Plan { Amount = 0.5 }), p => p.Contains("N:M"));
        Assert.Equal(2, (method with { Interval = 0, Decay = double.NaN }).Problems(_twoOfFour).Count());
        Assert.Throws<ArgumentException>(() => new Pruner(Values.Holding(new float[1, 4]), _twoOfFour, null, method));
        using var without = new Pruner(Values.Holding(new float[1, 4]), _twoOfFour, null, method with { Decay = 0 });
        Assert.Equal(2, without.Sparsity.KeptCount);
    }
}
