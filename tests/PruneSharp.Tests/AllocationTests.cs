namespace PruneSharp.Tests;

public sealed class AllocationTests
{
    [Fact]
    public void Local_takes_the_same_fraction_or_count_of_each()
    {
        Assert.Equal([2, 4], Spread(Allocation.Local, 0.5, [1, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8]));
        Assert.Equal([2, 2], Spread(Allocation.Local, 2, [1, 2, 3], [1, 2, 3]));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Spread(Allocation.Local, 4, [1, 2, 3], [1, 2, 3, 4]));
        Assert.Contains("layer0 has 3 units; 4 cannot be pruned", error.Message);
    }

    [Fact]
    public void Local_rounds_each_layer_half_to_even() => Assert.Equal([2, 2], Spread(Allocation.Local, 0.5, [1, 2, 3], [1, 2, 3, 4]));

    [Fact]
    public void Global_takes_the_lowest_of_all() => Assert.Equal([3, 1], Spread(Allocation.Global, 4, [1, 1, 1], [5, 6, 7, 1]));

    [Fact]
    public void Global_may_empty_a_layer_and_limits_prevent_it()
    {
        float[] small = [.1f, .1f, .1f, .1f], large = [1, 2, 3, 4, 5, 6];
        Assert.Equal([4, 1], Spread(Allocation.Global, 0.5, small, large));
        Assert.Equal([2, 3], Spread(Allocation.Global with { MaximumSparsity = 0.5 }, 0.5, small, large));
        Assert.Equal([3, 2], Spread(Allocation.Global with { MinimumSparsity = 0.3 }, 0.5, small, large));
    }

    [Fact]
    public void Limits_that_cannot_be_met_are_an_error_with_the_range()
    {
        var error = Assert.Throws<ArgumentException>(() => Spread(Allocation.Global with { MaximumSparsity = 0.5 }, 0.9, [1, 2], [1, 2]));
        Assert.Contains("allows 0 to 2", error.Message);
    }

    [Fact]
    public void Limits_are_met_at_any_size()
    {
        var layers = Layers([[10_000, 10_000]]);
        Assert.Equal([58_000_000], (Allocation.Erk with { MaximumSparsity = 0.58 }).Spread(0.58, layers));
        Assert.Equal([55_000_000], (Allocation.Erk with { MinimumSparsity = 0.55 }).Spread(0.55, layers));
        Assert.Equal([57], (Allocation.Local with { MaximumSparsity = 0.9 }).Spread(1.0, Layers([[64, 1]])));
    }

    [Fact]
    public void Lamp_does_not_depend_on_a_layer_s_scale()
    {
        double[] values = [1, 2, 3, 4];
        var tiny = LampAllocation.Scores(UnitScores.Of("w", values.Select(v => Math.ScaleB(v, -600)).ToArray()));
        Assert.Equal(LampAllocation.Scores(UnitScores.Of("w", values)), tiny);
    }

    [Fact]
    public void Lamp_scores_follow_the_formula()
    {
        // Squares 1 4 4 9: 1/18, 4/17 for both equal ones, 9/9.
        double[] scores = LampAllocation.Scores(UnitScores.OfMagnitudes("w", WeightData.Of(new float[] { 2, -1, 3, -2 })));
        Assert.Equal([1.0 / 18, 4.0 / 17, 4.0 / 17, 1], scores);
    }

    [Fact]
    public void Lamp_keeps_the_best_of_every_layer_where_global_does_not()
    {
        float[] small = [.01f, .02f, .03f], large = [10, 20, 30, 40];
        Assert.Equal([3, 2], Spread(Allocation.Global, 5, small, large));
        Assert.Equal([2, 3], Spread(Allocation.Lamp, 5, small, large));
    }

    [Fact]
    public void Lamp_handles_zeros_and_infinities()
    {
        Assert.Equal([2, 0], Spread(Allocation.Lamp, 2, [0, 0, 1], [1, 1]));
        Assert.Equal([1, 1], Spread(Allocation.Lamp, 2, [1, float.PositiveInfinity], [0, 5]));
    }

    [Fact]
    public void Erk_densities_follow_the_formula()
    {
        // ResNet-like: conv 64x3x7x7 and conv 128x64x3x3 and linear 10x128 at 80 %.
        long[][] shapes = [[64, 3, 7, 7], [128, 64, 3, 3], [10, 128]];
        var layers = Layers(shapes);
        var counts = Allocation.Erk.Spread(0.8, layers);
        Assert.Equal(Selection.Count(0.8, layers.Sum(l => l.UnitCount)), counts.Sum());

        // The linear layer and the first conv come out dense, so the rest lies in the middle one.
        double[] ratio = [.. shapes.Select(s => (double)s.Sum() / s.Aggregate((a, b) => a * b))];
        double budget = layers.Sum(l => l.UnitCount) * 0.2, epsilon = budget / shapes.Sum(s => (double)s.Sum());
        Assert.True(epsilon * ratio[2] > 1);
        Assert.Equal(0, counts[2]);
        Assert.InRange(counts[1] / (double)layers[1].UnitCount, 0.8, 0.95);
    }

    [Fact]
    public void Erk_without_dense_layers_is_proportional_to_the_ratio()
    {
        long[][] shapes = [[100, 100], [100, 400]];
        var counts = Allocation.Erk.Spread(0.9, Layers(shapes));
        double[] density = [1 - counts[0] / 10_000.0, 1 - counts[1] / 40_000.0];
        Assert.Equal(200 / 10_000.0 / (500 / 40_000.0), density[0] / density[1], 2);
        Assert.Equal(45_000, counts.Sum());
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public void Every_allocation_does_nothing_and_everything(double amount)
    {
        foreach (var allocation in new[] { Allocation.Local, Allocation.Global, Allocation.Lamp, Allocation.Erk })
            Assert.Equal(amount * 7, Spread(allocation, amount, [1, 2, 3], [4, 5, 6, 7]).Sum());
    }

    [Fact]
    public void PerLayer_takes_named_amounts_and_refuses_unknown_names()
    {
        Assert.Equal([0, 2], Spread(Allocation.PerLayer(new Dictionary<string, Amount> { ["layer1"] = 0.5 }), default, [1, 2], [1, 2, 3, 4]));
        var error = Assert.Throws<ArgumentException>(() => Spread(Allocation.PerLayer(new Dictionary<string, Amount> { ["conv9"] = 1 }), default, [1, 2]));
        Assert.Contains("conv9", error.Message);
    }

    [Fact]
    public void Masks_refuse_a_tensor_listed_twice()
    {
        var tensor = WeightTensor.Of("w", new float[] { 1, 2 }, 2);
        Assert.Contains("w appears 2 times", Assert.Throws<ArgumentException>(() => MaskPlanning.Masks(new() { Amount = 1 }, [tensor, tensor])).Message);
    }

    private static IReadOnlyList<long> Spread(Allocation allocation, Amount amount, params float[][] layers) =>
        allocation.Spread(amount, [.. layers.Select((w, i) => new LayerUnits(WeightTensor.Of($"layer{i}", w, w.Length), Structure.Unstructured, Criterion.L1))]);

    private static LayerUnits[] Layers(long[][] shapes) =>
        [.. shapes.Select((s, i) => new LayerUnits(WeightTensor.Of($"layer{i}", new float[s.Aggregate((a, b) => a * b)], s), Structure.Unstructured, Criterion.L1))];
}
