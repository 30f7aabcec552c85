using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed class FusionTests
{
    private readonly GraphSketch sketch = new();

    [Fact]
    public void Build_of_a_layer_with_bias_normalization_sum_and_activation_makes_one_operation()
    {
        string x = sketch.Input("x", 1, 2, 5, 5);
        string y = sketch.Conv(x, [2, 2, 1, 1], [1, 0, 0, 2], [3, 4]);
        y = sketch.Each("BatchNormalization", y, sketch.Row(2, 1), sketch.Row(1, 0), sketch.Row(0, 0), sketch.Row(1, 1));
        y = sketch.Each("Relu", sketch.Each("Add", x, y));
        var layer = Assert.IsType<WeightOperation>(Assert.Single(RegionModelBuilder.Build(sketch.Graph(y)).Operations));
        Assert.Equal((y, true, Activation.Relu), (layer.Output, layer.HasResidual, layer.Activation));
        Assert.Equal(["x", "x"], layer.Inputs);
        Assert.Equal(7, layer.Bias[0], 1e-4);
        Assert.Equal(4, layer.Bias[1], 1e-4);
    }

    [Fact]
    public void Build_leaves_an_activation_alone_whose_layer_is_read_elsewhere()
    {
        string x = sketch.Input("x", 1, 1, 5, 5);
        string y = sketch.Conv(x, [1, 1, 1, 1], [2]);
        string z = sketch.Each("Relu", y);
        var operations = RegionModelBuilder.Build(sketch.Graph(y, z)).Operations;
        Assert.Equal(2, operations.Length);
        Assert.IsType<ActivationOperation>(operations[1]);
    }

    [Fact]
    public void Build_gives_a_sum_of_two_layers_to_the_later_one()
    {
        string x = sketch.Input("x", 1, 1, 5, 5);
        string a = sketch.Conv(x, [1, 1, 1, 1], [2]), b = sketch.Conv(x, [1, 1, 1, 1], [3]);
        var operations = RegionModelBuilder.Build(sketch.Graph(sketch.Each("Add", b, a))).Operations;
        Assert.Equal([a, "add2"], operations.Select(operation => operation.Output));
        Assert.Equal(["x", a], operations[1].Inputs);
    }

    [Fact]
    public void Build_does_not_apply_a_second_activation_in_a_layer()
    {
        string x = sketch.Input("x", 1, 1, 5, 5);
        string y = sketch.Each("Tanh", sketch.Each("Sigmoid", sketch.Conv(x, [1, 1, 1, 1], [2])));
        Assert.Equal(2, RegionModelBuilder.Build(sketch.Graph(y)).Operations.Length);
        EngineAgreement.Check(sketch.Graph(y), Tensor.Of(new Random(1), 1, 1, 5, 5));
    }

    [Fact]
    public void Build_of_an_operator_that_the_engine_lacks_says_which()
    {
        string x = sketch.Input("x", 1, 1, 5, 5);
        string y = sketch.Each("Softmax", sketch.Conv(x, [1, 1, 1, 1], [2]));
        var error = Assert.Throws<NotSupportedException>(() => RegionModelBuilder.Build(sketch.Graph(y)));
        Assert.Contains("Softmax", error.Message);
    }

    [Theory]
    [InlineData("SAME_UPPER", 2, 3)]
    [InlineData("SAME_LOWER", 2, 3)]
    [InlineData("SAME_UPPER", 4, 2)]
    [InlineData("VALID", 3, 2)]
    public void Window_reads_automatic_pads_as_ONNX_defines_them(string pad, long kernelHeight, long kernelWidth)
    {
        LayerNode node = new("n", "Conv", "", ["x", "w"], ["y"], new Dictionary<string, LayerAttribute> { ["auto_pad"] = LayerAttribute.Of(pad), ["dilations"] = LayerAttribute.Of(1, 3) });
        ConvShape shape = LayerReader.Window(node, 1, 1, [kernelHeight, kernelWidth]);
        long y = pad == "VALID" ? 0 : kernelHeight - 1, x = pad == "VALID" ? 0 : (kernelWidth - 1) * 3;
        Assert.Equal((y, x), (shape.PadTop + shape.PadBottom, shape.PadLeft + shape.PadRight));
        Assert.Equal(y % 2, pad == "SAME_LOWER" ? shape.PadTop - shape.PadBottom : shape.PadBottom - shape.PadTop);
        Assert.Equal(x % 2, pad == "SAME_LOWER" ? shape.PadLeft - shape.PadRight : shape.PadRight - shape.PadLeft);
    }
}
