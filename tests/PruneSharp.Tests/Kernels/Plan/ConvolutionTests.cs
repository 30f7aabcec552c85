using CsCheck;

namespace PruneSharp.Tests.Kernels;

public sealed class ConvolutionTests
{
    [Fact]
    public void A_convolution_of_any_kind_gives_the_defined_result() =>
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                RandomLayers layers = new(seed);
                string x = layers.Sketch.Input("x", layers.Next(1, 2), layers.Next(1, 20), layers.Next(1, 40), layers.Next(1, 40));
                string y = layers.Conv(x);
                if (layers.Next(0, 3) == 0) y = layers.Normalization(y);
                y = layers.Activation(y);
                EngineAgreement.CheckOne(layers.Sketch.Graph(y), seed, Tensor.Of(layers.Random, [.. layers.Sketch.Shape("x")]));
            },
            iter: 60);
}
