using CsCheck;

namespace PruneSharp.Tests.Kernels;

public sealed class MatrixTests
{
    [Fact]
    public void Products_give_the_defined_result_for_any_rows_and_leading_axes() =>
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                RandomLayers layers = new(seed);
                GraphSketch sketch = layers.Sketch;
                long[] leading = layers.Next(0, 3) switch { 0 => [], 1 => [layers.Next(1, 70)], 2 => [layers.Next(0, 3), layers.Next(1, 23)], _ => [layers.Next(1, 2), layers.Next(1, 3), layers.Next(1, 11)] };
                string x = sketch.Input("x", [.. leading, layers.Next(1, 40)]), y = x;
                for (int more = layers.Next(1, 3); more > 0; more--) y = Layer(layers, y);
                EngineAgreement.CheckOne(sketch.Graph(y), seed, Tensor.Of(layers.Random, [.. sketch.Shape("x")]));
            },
            iter: 80);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_product_of_every_row_count_gives_the_defined_result(int leading)
    {
        for (int rows = 1; rows <= 70; rows += leading + 1)
        {
            RandomLayers layers = new(rows);
            string x = layers.Sketch.Input("x", [.. Enumerable.Repeat(1L, leading), rows, 9]);
            string y = layers.Sketch.MatMul(x, [9, 11], layers.Weights(9, 11));
            EngineAgreement.CheckOne(layers.Sketch.Graph(y), rows, Tensor.Of(layers.Random, [.. layers.Sketch.Shape(x)]));
        }
    }

    private static string Layer(RandomLayers layers, string x)
    {
        GraphSketch sketch = layers.Sketch;
        int from = (int)sketch.Shape(x)[^1], to = layers.Next(0, 3) == 0 ? from : layers.Next(1, 40);
        bool gemm = sketch.Shape(x).Length == 2 && layers.Next(0, 1) == 0;
        string y = gemm
            ? sketch.Gemm(x, [to, from], layers.Weights(to, from), layers.Next(0, 1) == 0 ? layers.Values(to) : null)
            : sketch.MatMul(x, [from, to], layers.Weights(from, to));
        if (layers.Next(0, 1) == 0) y = layers.Next(0, 1) == 0 ? sketch.Each("Add", y, sketch.Row(layers.Values(to))) : sketch.Add("Add", [.. sketch.Shape(y)], [sketch.Row(layers.Values(to)), y]);
        if (from == to && layers.Next(0, 1) == 0) y = layers.Next(0, 1) == 0 ? sketch.Each("Add", x, y) : sketch.Each("Add", y, x);
        return layers.Next(0, 2) == 0 ? Gelu(sketch, y, layers.Next(0, 1) == 0) : layers.Activation(y);
    }

    private static string Gelu(GraphSketch sketch, string x, bool halfFirst)
    {
        string erf = sketch.Each("Erf", sketch.Each("Div", x, sketch.Constant([], MathF.Sqrt(2))));
        string plusOne = sketch.Each("Add", erf, sketch.Constant([], 1));
        return halfFirst
            ? sketch.Each("Mul", sketch.Each("Mul", x, sketch.Constant([], 0.5f)), plusOne)
            : sketch.Each("Mul", sketch.Each("Mul", x, plusOne), sketch.Constant([], 0.5f));
    }
}
