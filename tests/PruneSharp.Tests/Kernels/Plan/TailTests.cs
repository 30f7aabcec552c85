namespace PruneSharp.Tests.Kernels;

public sealed class TailTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 9)]
    [InlineData(9, 1)]
    [InlineData(2, 3)]
    [InlineData(1, 17)]
    [InlineData(17, 2)]
    public void Planes_smaller_than_the_grid_give_the_defined_result(int height, int width)
    {
        foreach (int channels in (int[])[1, 2, 3, 4, 5, 9, 17])
        {
            RandomLayers layers = new(channels);
            GraphSketch sketch = layers.Sketch;
            string x = sketch.Input("x", 1, channels, height, width);
            string y = sketch.Conv(x, [channels, channels, 3, 3], layers.Values(channels * channels * 9), layers.Values(channels), pads: [1, 1, 1, 1]);
            string z = sketch.Conv(sketch.Each("Add", y, x), [5, channels, 2, 3], layers.Values(5 * channels * 6), pads: [1, 1, 0, 1]);
            Assert.Null(EngineAgreement.Difference(sketch.Graph(y, z, sketch.Mean(z), sketch.MaxPool(x, [3, 3], pads: [1, 1, 1, 1])), Tensor.Of(layers.Random, 1, channels, height, width)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(19)]
    public void A_mean_of_one_pixel_is_the_pixel(int channels)
    {
        RandomLayers layers = new(channels);
        string x = layers.Sketch.Input("x", 2, channels, 1, 1);
        string y = layers.Sketch.Conv(layers.Sketch.Mean(x), [4, channels, 1, 1], layers.Values(4 * channels));
        Assert.Null(EngineAgreement.Difference(layers.Sketch.Graph(y), Tensor.Of(layers.Random, 2, channels, 1, 1)));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(3, 4)]
    [InlineData(5, 4)]
    public void Blocks_of_channels_reach_beyond_the_last_channel(int channels, int block)
    {
        // Weights whose zeros come in whole blocks of outputs: the packer chooses that block.
        RandomLayers layers = new(block);
        float[] row = [.. Enumerable.Range(0, 27).Select(i => i % 3 == 0 ? 1 + (i / 8f) : 0)];
        string x = layers.Sketch.Input("x", 1, 3, 7, 6);
        string y = layers.Sketch.Conv(x, [channels, 3, 3, 3], [.. Enumerable.Repeat(row, channels).SelectMany(w => w)], layers.Values(channels), pads: [1, 1, 1, 1]);
        string z = layers.Sketch.Each("Relu", layers.Sketch.Each("Add", layers.Sketch.Conv(y, [channels, channels, 1, 1], layers.Weights(channels, channels)), y));
        Assert.Null(EngineAgreement.Difference(layers.Sketch.Graph(y, z), Tensor.Of(layers.Random, 1, 3, 7, 6)));
    }
}
