using CsCheck;

namespace PruneSharp.Tests.Kernels;

public sealed class ChainTests
{
    [Fact]
    public void Layers_one_after_another_pass_values_on_in_their_layouts() =>
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                RandomLayers layers = new(seed);
                string x = layers.Sketch.Input("x", layers.Next(0, 3), layers.Next(1, 12), layers.Next(1, 24), layers.Next(1, 24));
                string y = layers.Activation(layers.Conv(x, mostKernel: 4));
                List<string> outputs = [];
                for (int more = layers.Next(1, 4); more > 0; more--)
                {
                    if (layers.Next(0, 4) == 0) outputs.Add(y);
                    y = layers.Next(0, 5) switch
                    {
                        0 => layers.MaxPool(y),
                        1 => layers.Activation(layers.Normalization(layers.Conv(y, mostKernel: 4))),
                        _ => layers.Activation(layers.Conv(y, mostKernel: 4)),
                    };
                }

                string[] read = [.. outputs.Append(y).Where(value => value != "x").Distinct()];
                EngineAgreement.CheckOne(layers.Sketch.Graph(read), seed, Tensor.Of(layers.Random, [.. layers.Sketch.Shape("x")]));
            },
            iter: 60);
}
