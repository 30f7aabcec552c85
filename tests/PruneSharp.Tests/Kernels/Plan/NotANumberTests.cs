using CsCheck;
using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed class NotANumberTests
{
    [Fact]
    public void NaN_and_infinities_of_single_pixels_reach_exactly_what_depends_on_them() =>
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                RandomLayers layers = new(seed);
                GraphSketch sketch = layers.Sketch;
                string x = sketch.Input("x", 2, layers.Next(1, 6), layers.Next(1, 14), layers.Next(1, 14));
                string y = sketch.Each(layers.Pick("Relu", "LeakyRelu"), Dense(layers, x));
                string z = layers.Next(0, 1) == 0 ? Dense(layers, y) : sketch.Each("Add", y, y);
                LayerGraph graph = sketch.Graph(y, z);
                Tensor input = Tensor.Of(layers.Random, [.. sketch.Shape(x)]);
                for (int more = layers.Next(1, 3); more > 0; more--) input.Values[layers.Next(0, input.Values.Length - 1)] = layers.Pick(double.NaN, double.PositiveInfinity, double.NegativeInfinity);
                EngineAgreement.CheckOne(graph, seed, input);
            },
            iter: 60);

    [Fact]
    public void NaN_in_one_row_of_a_matrix_stays_in_that_row()
    {
        for (int rows = 1; rows <= 40; rows += 3)
        {
            GraphSketch sketch = new();
            string y = sketch.Each("Relu", sketch.MatMul(sketch.Input("x", rows, 9), [9, 10], [.. Enumerable.Range(1, 90).Select(i => i / 64f)]));
            Tensor input = Tensor.Of(new Random(rows), rows, 9);
            input.Values[(rows / 2 * 9) + 4] = double.NaN;
            EngineAgreement.Check(sketch.Graph(y), input);
        }
    }

    // No weight is zero: otherwise the engine, which leaves zeros out, does not pass on what zero times NaN would be.
    private static string Dense(RandomLayers layers, string x)
    {
        int channels = (int)layers.Sketch.Shape(x)[1], outChannels = layers.Next(1, 6);
        long[] kernel = [layers.Next(1, 3), layers.Next(1, 3)], shape = [outChannels, channels, .. kernel];
        float[] weights = [.. Enumerable.Range(0, Tensor.Count(shape)).Select(_ => (layers.Next(0, 1) == 0 ? -1 : 1) * layers.Next(1, 8) / 32f)];
        long[] pads = [layers.Next(0, (int)kernel[0] - 1), layers.Next(0, (int)kernel[1] - 1), kernel[0] - 1, kernel[1] - 1];
        return layers.Sketch.Conv(x, shape, weights, strides: [layers.Next(1, 2), layers.Next(1, 2)], pads: pads);
    }
}
