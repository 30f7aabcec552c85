using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

/// <summary>So many channels that a layer works on them in several blocks, and that several threads share the channels of one layer.</summary>
public sealed class WideLayerTests
{
    [Theory]
    [InlineData(0.5, 3, 6)]
    [InlineData(0.9, 3, 13)]
    [InlineData(0.99, 1, 20)]
    [InlineData(0.0, 1, 5)]
    public void A_sum_over_several_blocks_of_channels_begins_with_the_bias_and_ends_with_the_activation(double sparsity, int kernel, int size)
    {
        Random random = new(kernel);
        GraphSketch sketch = new();
        string x = sketch.Input("x", 1, 150, size, 21 - size);
        string y = sketch.Each("Add", sketch.Conv(x, [150, 150, kernel, kernel], Weights(random, 150 * 150 * kernel * kernel, sparsity), Weights(random, 150, 0), pads: [kernel / 2, kernel / 2, kernel / 2, kernel / 2]), x);
        LayerGraph graph = sketch.Graph(sketch.Each("Relu", y), sketch.Each("Tanh", sketch.Conv(x, [70, 150, 1, 1], Weights(random, 70 * 150, sparsity))));
        Tensor input = Tensor.Of(random, 1, 150, size, 21 - size);
        Assert.Null(EngineAgreement.DifferenceOfOne(graph, 2, input));
        Assert.Null(EngineAgreement.Difference(ReferenceGraph.Run(graph, input), PoisonedPlan.Run(graph, 8, new ThreadedRunner(5), input), "8 lanes, 5 threads at the same time"));
    }

    [Fact]
    public void A_row_whose_weights_all_lie_in_the_last_block_of_channels_begins_there()
    {
        GraphSketch sketch = new();
        float[] weights = new float[3 * 900 * 9];
        for (int i = 899 * 9; i < 900 * 9; i++) weights[i] = 1;
        for (int i = 2 * 900 * 9; i < weights.Length; i++) weights[i] = i % 2 / 64f;
        string x = sketch.Input("x", 1, 900, 4, 9);
        string y = sketch.Each("Relu", sketch.Conv(x, [3, 900, 3, 3], weights, [-1, 2, 3], pads: [1, 1, 1, 1]));
        Assert.Null(EngineAgreement.Difference(sketch.Graph(y), Tensor.Of(new Random(2), 1, 900, 4, 9)));
    }

    private static float[] Weights(Random random, int count, double sparsity) =>
        [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < sparsity ? 0 : random.Next(-8, 9) / 64f)];
}
