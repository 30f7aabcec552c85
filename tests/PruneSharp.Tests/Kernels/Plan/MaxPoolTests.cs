namespace PruneSharp.Tests.Kernels;

public sealed class MaxPoolTests
{
    [Fact]
    public void Padding_never_wins_over_negative_values()
    {
        for (int size = 1; size <= 20; size++)
        {
            GraphSketch sketch = new();
            string x = sketch.Input("x", 1, 3, size, 21 - size);
            string y = sketch.Conv(x, [3, 1, 1, 1], [1, 2, 3], groups: 3);
            Tensor negative = Tensor.Of(new Random(size), 1, 3, size, 21 - size).Each(value => value - 3);
            Assert.Null(EngineAgreement.DifferenceOfOne(sketch.Graph(sketch.MaxPool(y, [3, 3], [2, 2], [1, 1, 1, 1]), sketch.MaxPool(y, [2, 4], [1, 1], [1, 3, 0, 0])), size, negative));
        }
    }

    [Fact]
    public void A_pool_that_reaches_outside_only_at_the_end_is_not_won_by_padding()
    {
        for (int size = 1; size <= 20; size++)
        {
            GraphSketch sketch = new();
            string x = sketch.Input("x", 1, 3, size, 21 - size);
            string y = sketch.Conv(x, [3, 1, 1, 1], [1, 2, 3], groups: 3);
            Tensor negative = Tensor.Of(new Random(size), 1, 3, size, 21 - size).Each(value => value - 3);
            Assert.Null(EngineAgreement.Difference(sketch.Graph(sketch.MaxPool(y, [2, 2], [2, 2], [0, 0, size % 2, (21 - size) % 2])), negative));
        }
    }

    [Fact]
    public void A_convolution_beside_a_pool_of_the_same_value_sees_zeros_in_its_padding()
    {
        for (int size = 1; size <= 20; size++)
        {
            foreach (bool poolFirst in (bool[])[false, true])
            {
                GraphSketch sketch = new();
                string x = sketch.Input("x", 1, 3, size, 21 - size);
                string y = sketch.Conv(x, [3, 1, 1, 1], [1, 2, 3], groups: 3);
                long[] pads = [0, 0, size % 2, (21 - size) % 2];
                string first = poolFirst ? sketch.MaxPool(y, [2, 2], [2, 2], pads) : Conv(sketch, y, pads);
                string second = poolFirst ? Conv(sketch, y, pads) : sketch.MaxPool(y, [2, 2], [2, 2], pads);
                Assert.Null(EngineAgreement.Difference(sketch.Graph(first, second), Tensor.Of(new Random(size), 1, 3, size, 21 - size).Each(value => value - 3)));
            }
        }
    }

    [Fact]
    public void A_mean_beside_a_pool_of_the_same_value_counts_only_pixels()
    {
        for (int size = 1; size <= 20; size++)
        {
            GraphSketch sketch = new();
            string x = sketch.Input("x", 1, 3, size, 21 - size);
            string y = sketch.Conv(x, [3, 1, 1, 1], [1, 2, 3], groups: 3);
            string pool = sketch.MaxPool(y, [3, 3], pads: [1, 1, 1, 1]);
            Assert.Null(EngineAgreement.Difference(sketch.Graph(pool, sketch.Mean(y), sketch.Mean(x), sketch.MaxPool(x, [3, 3], pads: [1, 1, 1, 1])), Tensor.Of(new Random(size), 1, 3, size, 21 - size)));
        }
    }

    private static string Conv(GraphSketch sketch, string x, long[] pads) =>
        sketch.Conv(x, [2, 3, 2, 2], [.. Enumerable.Range(1, 24).Select(i => i / 8f)], strides: [2, 2], pads: pads);
}
