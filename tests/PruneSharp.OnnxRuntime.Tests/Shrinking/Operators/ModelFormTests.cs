using System.Runtime.InteropServices;
using Google.Protobuf;
using PruneSharp.Onnx;
using PruneSharp.Onnx.Proto;
using static PruneSharp.Onnx.Proto.TensorProto.Types;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class ModelFormTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    public void Constants_that_are_declared_as_inputs_shrink(long irVersion)
    {
        var model = Image();
        model.IrVersion = irVersion;
        foreach (var tensor in model.Graph.Initializer)
            model.Graph.Input.Add(CaseModel.Value(tensor.Name, (DataType)tensor.DataType, [.. tensor.Dims]));
        var shrunk = Halved(model);
        Assert.Equal(irVersion == 3, shrunk.Graph.Input.Any(i => i.Name == "first"));
    }

    [Fact]
    public void Constants_outside_of_the_file_shrink()
    {
        using var folder = new CaseFolder();
        var model = Image();
        var first = model.Graph.Initializer.Single(t => t.Name == "first");
        File.WriteAllBytes(Path.Combine(folder.Path, "weights.bin"), [.. new byte[64], .. first.RawData.ToByteArray()]);
        first.RawData = ByteString.Empty;
        first.ClearRawData();
        first.DataLocation = TensorProto.Types.DataLocation.External;
        first.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "weights.bin" });
        first.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = "64" });
        Halved(model, folder);
    }

    [Theory]
    [InlineData(DataType.Double, 1e-5)]
    [InlineData(DataType.Float16, 1e-2)]
    public void Weights_of_other_types_shrink(DataType type, double tolerance)
    {
        var model = new CaseModel();
        string Weight(string name, params long[] dims) => model.Add(name, type, Bytes(type, dims.Aggregate(1L, (p, d) => p * d)), dims);
        string x = model.Op("MatMul", [model.Input("x", type, -1, 6), Weight("first", 6, 8)]);
        var proto = model.Output(model.Op("MatMul", [model.Op("Add", [x, Weight("bias", 8)]), Weight("last", 8, 5)]), type);
        Halved(proto, tolerance: tolerance);
    }

    [Theory]
    [InlineData(DataType.Double, 1e-5)]
    [InlineData(DataType.Float16, 1e-2)]
    public void Sums_and_statistics_of_other_types_are_masked(DataType type, double tolerance)
    {
        var model = new CaseModel();
        string Weight(string name, params long[] dims) => model.Add(name, type, Bytes(type, dims.Aggregate(1L, (p, d) => p * d)), dims);
        string x = model.Op("MatMul", [model.Input("x", type, -1, 4, 6), Weight("first", 6, 8)]);
        string normal = model.Op("LayerNormalization", [x, Weight("scale", 8)]);
        string scores = model.Op("MatMul", [normal, model.Turned(model.Op("Relu", [normal]), 0, 2, 1)]);
        string mean = model.Op("ReduceMean", [normal], ("axes", new long[] { 2 }));
        Halved(model.Output(model.Op("Add", [scores, mean]), type), tolerance: tolerance, approximate: true);
    }

    [Fact]
    public void Declared_shapes_of_what_shrinks_go()
    {
        var model = Image();
        foreach (var node in model.Graph.Node.SkipLast(1))
            model.Graph.ValueInfo.Add(CaseModel.Value(node.Output[0], DataType.Float, -1, 8, 6, 6));
        model.Graph.ValueInfo.Add(CaseModel.Value("x", DataType.Float, -1, 3, 6, 6));
        Assert.Equal("x", Assert.Single(Halved(model).Graph.ValueInfo).Name);
    }

    [Fact]
    public void Nodes_in_any_order_shrink()
    {
        var model = Image();
        var nodes = model.Graph.Node.Reverse().ToList();
        model.Graph.Node.Clear();
        model.Graph.Node.Add(nodes);
        using var opened = OnnxModel.Of(model.ToByteArray(), "case.onnx");
        var analysis = ShrinkAnalysis.Of(opened, StaticShapes.Infer(opened));
        Assert.Equal(8, Assert.Single(analysis.Families).Units);
    }

    [Fact]
    public void Small_constants_that_several_nodes_share_shrink_each_for_itself()
    {
        var model = Through.Image((m, x) => m.Op("Mul", [m.Conv(m.Op("Mul", [x, m.Positive("shared", 8, 1, 1)]), "second", [8, 8, 1, 1]), "shared"]));
        var shrunk = Halved(model, families: 2);
        Assert.Equal(2, shrunk.Graph.Initializer.Count(t => t.Name.StartsWith("shared", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_a_branch_uses_stays()
    {
        var model = new CaseModel();
        string x = model.MatMul(model.Input(-1, 6), "first", 6, 8);
        string y = model.MatMul(x, "second", 8, 8);
        string chosen = model.Op("If", [model.Op("Greater", [model.Op("ReduceSum", ["x"], ("keepdims", 0)), model.Scalar(0)])]);
        model.Proto.Graph.Node[^1].Attribute.Add([Branch("then_branch", "Relu", y), Branch("else_branch", "Neg", y)]);
        var proto = model.Output(model.MatMul(chosen, "last", 8, 5));
        using var opened = OnnxModel.Of(proto.ToByteArray(), "case.onnx");
        var analysis = ShrinkAnalysis.Of(opened, StaticShapes.Infer(opened));
        Assert.Equal("first:1", Assert.Single(analysis.Families).Name);
        Assert.Contains(analysis.Refused, r => r.Family == "second:1");
    }

    [Fact]
    public void What_a_function_takes_stays()
    {
        var model = new CaseModel();
        model.Proto.OpsetImport.Add(new OperatorSetIdProto { Domain = "local", Version = 1 });
        var function = new FunctionProto { Name = "Relu", Domain = "local", Input = { "a" }, Output = { "b" }, OpsetImport = { model.Proto.OpsetImport[0] } };
        function.Node.Add(new NodeProto { OpType = "Relu", Input = { "a" }, Output = { "b" } });
        model.Proto.Functions.Add(function);
        string x = model.MatMul(model.Input(-1, 6), "first", 6, 8);
        var proto = model.Output(model.MatMul(model.Op("local.Relu", [x]), "last", 8, 5));
        using var opened = OnnxModel.Of(proto.ToByteArray(), "case.onnx");
        var analysis = ShrinkAnalysis.Of(opened, StaticShapes.Infer(opened));
        Assert.Empty(analysis.Families);
        Assert.Contains(analysis.Refused, r => r.Family == "first:1" && r.Reason == "Relu is not an operator whose channels can be followed");
    }

    private static ModelProto Image() => Through.Image((m, x) => m.Op("Relu", [x]));

    // Half of every family goes, and the rest computes what the masked model does.
    private static ModelProto Halved(ModelProto proto, CaseFolder? given = null, double tolerance = 1e-5, int families = 1, bool approximate = false)
    {
        using var folder = given is null ? new CaseFolder() : null;
        string path = (given ?? folder!).Save(proto);
        using var model = OnnxModel.Open(path);
        var analysis = ShrinkAnalysis.Of(model, ShapeProbe.Observe(model, new Dictionary<string, int>(), TestContext.Current.CancellationToken)!, new() { Approximate = approximate });
        var cut = new UnitRanking(analysis, new() { Align = 1 }).At(0.5);
        Assert.Equal(families, cut.Families.Count);
        Assert.All(cut.Families, f => Assert.Equal((8, 4), (f.Units, f.Removed)));
        Assert.True(new ShrinkCheck(cut, path, new() { Range = new(-1, 1), Tolerance = tolerance }, TestContext.Current.CancellationToken).Masked().NonVacuous);
        return ModelProto.Parser.ParseFrom(cut.Shrunk());
    }

    private static AttributeProto Branch(string name, string op, string x) => new()
    {
        Name = name,
        Type = AttributeProto.Types.AttributeType.Graph,
        G = new GraphProto { Name = name, Node = { new NodeProto { OpType = op, Input = { x }, Output = { $"{name}_y" } } }, Output = { new ValueInfoProto { Name = $"{name}_y" } } },
    };

    private static byte[] Bytes(DataType type, long count)
    {
        var values = Enumerable.Range(0, (int)count).Select(i => (i * 7919 % 1000 / 1000.0) - 0.5);
        return type == DataType.Double ? MemoryMarshal.AsBytes<double>(values.ToArray()).ToArray() : MemoryMarshal.AsBytes<Half>(values.Select(v => (Half)v).ToArray()).ToArray();
    }
}
