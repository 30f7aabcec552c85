using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed class NodeRolesTests
{
    private readonly GraphSketch sketch = new();

    [Theory]
    [InlineData(2, 2, true)]
    [InlineData(-1, -1, true)]
    [InlineData(2, 1, false)]
    [InlineData(-1, 1, false)]
    [InlineData(-2, -2, true)]
    [InlineData(-2, -1, true)]
    [InlineData(-2, -3, false)]
    public void A_gate_belongs_to_every_image_of_the_batch(long batch, long gates, bool understood)
    {
        string y = sketch.Each("Mul", sketch.Input("x", batch, 3, 5, 5), sketch.Input("g", gates, 3, 1, 1));
        Assert.Equal(understood, Role(y).IsUnderstood);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_bias_is_taken_from_either_side(bool left)
    {
        (string x, string row) = (sketch.Input("x", 4, 3), sketch.Row(1, 2, 3));
        Assert.True(Role(sketch.Add("Add", [4, 3], left ? [row, x] : [x, row])).IsUnderstood);
    }

    [Fact]
    public void What_the_engine_would_read_otherwise_stays()
    {
        string x = sketch.Input("x", 1, 2, 6, 6);
        Assert.False(Role(sketch.Add("MaxPool", [1, 2, 3, 3], [x], new Dictionary<string, LayerAttribute> { ["kernel_shape"] = LayerAttribute.Of(2, 2), ["ceil_mode"] = LayerAttribute.Of(1) })).IsUnderstood);
        Assert.False(Role(sketch.Conv(x, [1, 2, 1, 1], [1, float.NaN])).IsUnderstood);
        Assert.False(Role(sketch.Conv(x, [1, 2, 1, 1], [1, float.PositiveInfinity])).IsUnderstood);
        Assert.False(Role(sketch.Each("Add", x, sketch.Constant([1, 2, 1, 1], 1, 2))).IsUnderstood);
        Assert.False(Role(sketch.Add("Mul", [1, 2, 6, 6], [x, x])).IsUnderstood);
    }

    [Theory]
    [InlineData("pads", new long[] { 0, -1, 0, 0 })]
    [InlineData("pads", new long[] { 0, 0 })]
    [InlineData("strides", new long[] { 1, 0 })]
    [InlineData("strides", new long[] { 1 })]
    [InlineData("dilations", new long[] { 0, 1 })]
    [InlineData("dilations", new long[] { 1, 1, 1 })]
    public void Windows_that_ONNX_does_not_define_stay(string attribute, long[] values)
    {
        string x = sketch.Input("x", 1, 2, 6, 6), w = sketch.Constant([1, 2, 1, 1], 1, 2);
        Assert.False(Role(sketch.Add("Conv", [1, 1, 6, 6], [x, w], (attribute, values))).IsUnderstood);
        Assert.False(Role(sketch.Add("MaxPool", [1, 2, 6, 6], [x], ("kernel_shape", [1, 1]), (attribute, values))).IsUnderstood);
        Assert.True(Role(sketch.Add("Conv", [1, 1, 6, 6], [x, w])).IsUnderstood);
    }

    private NodeRole Role(string output)
    {
        LayerGraph graph = sketch.Graph(output);
        return NodeRoles.Of(graph.Nodes[^1], graph);
    }
}
