using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx.Tests;

public sealed class StaticShapesTests
{
    [Fact]
    public void Dynamic_images_have_two_samples_and_the_channels_of_their_convolution()
    {
        var model = Image("batch", "c", "h", "w").Initializer(TestModel.Floats("k", new float[8 * 4 * 9], 8, 4, 3, 3));
        model.Node("Conv", ["x", "k"], TestModel.Ints("strides", 2, 2), TestModel.Ints("pads", 1, 1, 1, 1));
        model.Node("Shape", ["out_Conv_k"]);
        var shapes = Infer(model);
        Assert.Equal([[2, 8, 32, 32], [3, 8, 48, 48]], shapes.Samples.Select(s => s["out_Conv_k"].Dims));
        Assert.Equal([[2, 8, 32, 32], [3, 8, 48, 48]], shapes.Samples.Select(s => s["out_Shape_out_Conv_k"].Integers!));
    }

    [Fact]
    public void Fixed_inputs_have_one_sample()
    {
        Assert.Single(Infer(Image(1, 3, 8, 8).Node("Relu", ["x"])).Samples);
    }

    [Fact]
    public void Given_sizes_are_taken_and_others_chosen()
    {
        var shapes = StaticShapes.Infer(OnnxModel.Of(Image("n", 3, null, 8).Node("Relu", ["x"]).Bytes()), [new Dictionary<string, long> { ["n"] = 7, ["x.2"] = 5 }]);
        Assert.Equal([7, 3, 5, 8], Assert.Single(shapes.Samples)["out_Relu_x"].Dims);
    }

    [Fact]
    public void Nodes_out_of_order_are_sorted_and_cycles_are_unknown()
    {
        var model = Image(1, 3, 8, 8).Node("Neg", ["out_Relu_x"]).Node("Relu", ["x"]).Node("Add", ["x", "b"]);
        model.Proto.Graph.Node.Add(new NodeProto { OpType = "Neg", Input = { "out_Add_b" }, Output = { "b" } });
        var sample = Infer(model).Samples[0];
        Assert.Equal([1, 3, 8, 8], sample["out_Neg_out_Relu_x"].Dims);
        Assert.False(sample.ContainsKey("b"));
    }

    [Fact]
    public void Declared_shapes_stand_in_for_unknown_operators()
    {
        var model = Image("n", 3, 8, 8).Node("Mystery", ["x"]).Node("Relu", ["out_Mystery_x"]).Node("Enigma", ["x"]);
        model.Proto.Graph.ValueInfo.Add(Value("out_Mystery_x", "n", 5));
        model.Proto.Graph.ValueInfo.Add(Value("out_Enigma_x", "other", 5));
        var shapes = Infer(model);
        Assert.Equal([[2, 5], [3, 5]], shapes.Samples.Select(s => s["out_Relu_out_Mystery_x"].Dims));
        Assert.False(shapes.Samples[0].ContainsKey("out_Enigma_x"));
    }

    [Fact]
    public void A_function_of_the_model_hides_the_operator()
    {
        var model = Image(1, 3, 8, 8).Node("Relu", ["x"]);
        model.Proto.Functions.Add(new FunctionProto { Name = "Relu", Domain = "" });
        Assert.False(Infer(model).Samples[0].ContainsKey("out_Relu_x"));
    }

    [Theory]
    [InlineData(TensorProto.Types.DataType.Int32, new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 2, 0, 0, 0 }, new long[] { -1, 2 })]
    [InlineData(TensorProto.Types.DataType.Bool, new byte[] { 0, 2 }, new long[] { 0, 1 })]
    [SuppressMessage("Performance", "CA1861", Justification = "Rows of a table.")]
    public void Small_constants_are_read_in_every_form(TensorProto.Types.DataType type, byte[] raw, long[] expected)
    {
        var model = new TestModel()
            .Initializer(new TensorProto { Name = "raw", DataType = (int)type, Dims = { 2 }, RawData = ByteString.CopyFrom(raw) })
            .Initializer(new TensorProto { Name = "typed", DataType = (int)type, Dims = { 2 }, Int32Data = { expected.Select(v => (int)v) } })
            .Initializer(new TensorProto { Name = "short", DataType = (int)type, Dims = { 3 }, RawData = ByteString.CopyFrom(raw) })
            .Initializer(new TensorProto { Name = "long", DataType = (int)type, Dims = { 257 } });
        var sample = Infer(model).Samples[0];
        Assert.Equal(expected, sample["raw"].Integers!);
        Assert.Equal(expected, sample["typed"].Integers!);
        Assert.Null(sample["short"].Integers);
        Assert.Null(sample["long"].Integers);
    }

    [Fact]
    public void Lying_dims_are_unknown_and_take_no_memory()
    {
        const long Huge = long.MaxValue;
        var model = Image(1, 3, 8, 8)
            .Initializer(new TensorProto { Name = "huge", DataType = 1, Dims = { Huge, Huge } })
            .Initializer(new TensorProto { Name = "many", DataType = 1, Dims = { Enumerable.Repeat(1L, 65) } })
            .Initializer(TestModel.Longs("to", 1L << 40, 1L << 40))
            .Initializer(TestModel.Longs("one", 1L << 61))
            .Node("Relu", ["huge"]).Node("Relu", ["many"]).Node("Expand", ["x", "to"]).Node("ConstantOfShape", ["one"]).Node("ConstantOfShape", ["to"])
            .Node("Conv", ["x", "huge"]).Node("Transpose", ["x"], TestModel.Ints("perm", 9, 9, 9, 9)).Node("Flatten", ["x"], TestModel.Int("axis", long.MinValue))
            .Node("Split", ["x"], TestModel.Int("axis", 99)).Node("MaxPool", ["x"], TestModel.Ints("kernel_shape", 0)).Node("DepthToSpace", ["x"], TestModel.Int("blocksize", Huge));
        var sample = Infer(model).Samples[0];
        Assert.Equal(["one", "out_ConstantOfShape_one", "to", "x"], sample.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Values_that_depend_on_data_are_told_from_those_of_shapes()
    {
        var model = Image(1, 3, 8, 8).Node("Shape", ["x"]).Node("Cast", ["x"]).Node("NonZero", ["x"]).Node("Shape", ["out_NonZero_x"]).Node("Shape", ["out_Cast_x"]);
        var dependent = new ObservableModel(OnnxModel.Of(model.Bytes())).DataDependent;
        Assert.Equal(["out_Cast_x", "out_NonZero_x", "out_Shape_out_NonZero_x", "x"], dependent.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_published_model_is_inferred()
    {
        foreach (string path in Inputs.OnnxTestData())
        {
            using var model = OnnxModel.Open(path);
            Assert.NotEmpty(StaticShapes.Infer(model).Samples);
            _ = new ObservableModel(model).Bytes();
        }
    }

    private static ModelShapes Infer(TestModel model) => StaticShapes.Infer(OnnxModel.Of(model.Bytes()));

    private static TestModel Image(params object?[] dims)
    {
        var model = new TestModel();
        model.Proto.Graph.Input.Add(Value("x", dims));
        return model;
    }

    private static ValueInfoProto Value(string name, params object?[] dims) => new()
    {
        Name = name,
        Type = new() { TensorType = new() { ElemType = 1, Shape = new() { Dim = { dims.Select(d => d switch
        {
            int size => new TensorShapeProto.Types.Dimension { DimValue = size },
            string symbol => new TensorShapeProto.Types.Dimension { DimParam = symbol },
            _ => new TensorShapeProto.Types.Dimension(),
        }) } } } },
    };
}
