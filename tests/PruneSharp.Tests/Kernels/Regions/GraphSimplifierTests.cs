using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed class GraphSimplifierTests
{
    private readonly GraphSketch sketch = new();
    private readonly string x;

    public GraphSimplifierTests() => x = sketch.Input("x", 2, 3);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_value_times_its_sigmoid_is_SiLU(bool valueFirst)
    {
        string gate = sketch.Each("Sigmoid", x);
        string y = valueFirst ? sketch.Each("Mul", x, gate) : sketch.Each("Mul", gate, x);
        Assert.Equal([("Silu", "x", y)], Simplified(y));
    }

    [Theory]
    [InlineData(1f / 6, 0.5f, true)]
    [InlineData(0.2f, 0.5f, false)]
    [InlineData(1f / 6, 0.4f, false)]
    public void A_value_times_its_hard_sigmoid_is_HardSwish_only_with_its_numbers(float alpha, float beta, bool found)
    {
        string gate = sketch.Add("HardSigmoid", [2, 3], [x], new Dictionary<string, LayerAttribute> { ["alpha"] = LayerAttribute.Of(alpha), ["beta"] = LayerAttribute.Of(beta) });
        string y = sketch.Each("Mul", x, gate);
        Assert.Equal(found ? ["HardSwish"] : ["HardSigmoid", "Mul"], Simplified(y).Select(node => node.Operator));
    }

    [Theory]
    [InlineData("Div", 1.41421356f, true)]
    [InlineData("Div", 1.41421356f, false)]
    [InlineData("Mul", 0.70710678f, true)]
    [InlineData("Mul", 0.70710678f, false)]
    public void GELU_is_found_with_the_half_on_either_side(string scale, float factor, bool halfFirst)
    {
        string y = Gelu(scale, factor, 1, 0.5f, halfFirst);
        Assert.Equal([("Gelu", "x", y)], Simplified(y));
    }

    [Theory]
    [InlineData("Div", 1.5f, 1, 0.5f)]
    [InlineData("Mul", 1.41421356f, 1, 0.5f)]
    [InlineData("Div", 1.41421356f, 2, 0.5f)]
    [InlineData("Div", 1.41421356f, 1, 0.25f)]
    public void GELU_with_another_number_stays(string scale, float factor, float one, float half)
    {
        foreach (bool halfFirst in (bool[])[true, false]) Gelu(scale, factor, one, half, halfFirst);
        Assert.Equal(10, Simplified("mul4", "mul9").Length);
    }

    [Fact]
    public void What_is_read_elsewhere_stays()
    {
        string gate = sketch.Each("Sigmoid", x), y = sketch.Each("Mul", x, gate);
        Assert.Equal(2, Simplified(y, gate).Length);
    }

    [Fact]
    public void A_value_times_the_sigmoid_of_another_stays()
    {
        string gate = sketch.Each("Sigmoid", sketch.Input("z", 2, 3)), y = sketch.Each("Mul", x, gate);
        Assert.Equal(2, Simplified(y).Length);
        string own = sketch.Each("Sigmoid", x);
        Assert.Equal(4, Simplified(y, sketch.Each("Mul", own, own)).Length);
    }

    [Fact]
    public void A_constant_divided_by_the_value_stays()
    {
        string erf = sketch.Each("Erf", sketch.Add("Div", [2, 3], [sketch.Constant([], 1.41421356f), x]));
        string y = sketch.Each("Mul", sketch.Each("Mul", x, sketch.Each("Add", erf, sketch.Constant([], 1))), sketch.Constant([], 0.5f));
        Assert.Equal(5, Simplified(y).Length);
    }

    [Fact]
    public void Erf_of_constants_alone_stays()
    {
        string erf = sketch.Each("Erf", sketch.Each("Div", sketch.Constant([], 1), sketch.Constant([], 1.41421356f)));
        Assert.Equal(2, Simplified(erf).Length);
        Assert.Equal(4, Simplified(erf, sketch.Each("Erf", sketch.Each("Mul", sketch.Constant([], 0.70710678f), sketch.Constant([], 3)))).Length);
    }

    [Fact]
    public void A_constant_of_more_axes_than_the_value_stays()
    {
        // x [2, 3] divided by [1, 1, 1] has three axes.
        string erf = sketch.Add("Erf", [1, 2, 3], [sketch.Add("Div", [1, 2, 3], [x, sketch.Constant([1, 1, 1], 1.41421356f)])]);
        string y = sketch.Each("Mul", sketch.Each("Mul", sketch.Each("Add", erf, sketch.Constant([], 1)), x), sketch.Constant([], 0.5f));
        Assert.Equal(5, Simplified(y).Length);
    }

    private string Gelu(string scale, float factor, float one, float half, bool halfFirst)
    {
        string plusOne = sketch.Each("Add", sketch.Each("Erf", sketch.Each(scale, x, sketch.Constant([], factor))), sketch.Constant([], one));
        return halfFirst
            ? sketch.Each("Mul", sketch.Each("Mul", x, sketch.Constant([], half)), plusOne)
            : sketch.Each("Mul", sketch.Each("Mul", plusOne, x), sketch.Constant([], half));
    }

    private (string Operator, string Input, string Output)[] Simplified(params string[] outputs) =>
        [.. GraphSimplifier.Simplify(sketch.Graph(outputs)).Select(node => (node.Node.Operator, node.Node.Inputs[0], node.Node.Outputs[0]))];
}
