using CsCheck;

namespace PruneSharp.Tests.Kernels;

public sealed class BranchTests
{
    [Fact]
    public void Values_with_several_readers_reach_all_of_them() =>
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                RandomLayers layers = new(seed);
                GraphSketch sketch = layers.Sketch;
                string x = sketch.Input("x", layers.Next(1, 2), layers.Next(1, 12), layers.Next(1, 20), layers.Next(1, 20));
                string stem = layers.Activation(layers.Conv(x, mostKernel: 3));
                List<string> values = [stem];
                for (int more = layers.Next(2, 5); more > 0; more--) values.Add(Grow(layers, layers.Pick([.. values])));
                string[] outputs = [.. values.Skip(1).Where(_ => layers.Next(0, 2) == 0).Append(values[^1]).Where(value => value != "x").Distinct()];
                EngineAgreement.CheckOne(sketch.Graph(outputs), seed, Tensor.Of(layers.Random, [.. sketch.Shape("x")]));
            },
            iter: 80);

    private static string Grow(RandomLayers layers, string x)
    {
        GraphSketch sketch = layers.Sketch;
        int channels = (int)sketch.Shape(x)[1];
        switch (layers.Next(0, 7))
        {
            case 0:
                return layers.Activation(sketch.Each("Add", x, layers.Conv(x, sameSize: true, mostKernel: 3)));
            case 1:
                return layers.Activation(sketch.Each("Add", layers.Conv(x, sameSize: true, mostKernel: 3), layers.Conv(x, sameSize: true, mostKernel: 3)));
            case 2:
                string gate = sketch.Conv(sketch.Mean(x), [channels, channels, 1, 1], layers.Weights(channels, channels), layers.Values(channels));
                return layers.Next(0, 1) == 0 ? sketch.Each("Mul", x, sketch.Each("Sigmoid", gate)) : sketch.Each("Mul", x, sketch.Each("HardSigmoid", gate));
            case 3:
                return layers.MaxPool(x);
            case 4:
                return layers.Activation(x) is { } y && y != x ? y : sketch.Each("Tanh", x);
            case 5:
                return sketch.Each("Add", x, x);
            default:
                return layers.Conv(x, mostKernel: 4);
        }
    }
}
