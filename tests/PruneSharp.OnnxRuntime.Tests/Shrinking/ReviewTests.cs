using Google.Protobuf;
using PruneSharp.Onnx;
using PruneSharp.Onnx.Proto;
using static PruneSharp.Onnx.Proto.TensorProto.Types;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Models on which a hostile reader broke an earlier version.</summary>
public sealed class ReviewTests
{
    private static readonly ShrinkOptions Quick = new()
    {
        Latency = new() { MinimumMilliseconds = 0, MinimumRuns = 1, MaximumRuns = 1 },
        Ranking = new() { Align = 1 },
        Verify = new() { Range = new(-1, 1), Tolerance = ShrinkOptions.DefaultTolerance },
    };

    [Fact]
    public void A_picture_size_that_two_sizes_hide_behind_strides_stays_free()
    {
        // 224 and 256 both leave 2 of 128; a Reshape with that in it would freeze it.
        var m = new CaseModel();
        string x = m.Op("MaxPool", [m.Conv(m.Input(-1, 3, -1, -1), "first", [8, 3, 1, 1])], ("kernel_shape", new long[] { 1, 1 }), ("strides", new long[] { 96, 96 }));
        string shape = m.Op("Shape", [x]);
        string size = m.Op("Concat", [m.Op("Slice", [shape, m.Longs(0), m.Longs(2)]), m.Op("ReduceProd", [m.Op("Slice", [shape, m.Longs(2), m.Longs(4)])])], ("axis", 0));
        string y = m.Op("MatMul", [m.Op("Transpose", [m.Op("Reshape", [x, size])], ("perm", new long[] { 0, 2, 1 })), m.Weight("last", 8, 5)]);
        using var folder = new CaseFolder();
        var proto = m.Output(y);
        foreach (var (dim, name) in proto.Graph.Input[0].Type.TensorType.Shape.Dim.Zip(["n", "c", "h", "w"]).Where(d => d.Second != "c"))
            dim.DimParam = name;
        string output = Shrink(proto, folder, 0.5);
        foreach (int pixels in new[] { 100, 224, 400, 1000 })
        {
            using var session = ModelSession.Open(output);
            var dims = new InputDims(new Dictionary<string, int>(), pixels);
            using var inputs = GeneratedInputs.Create(session, "small", dims, new(), 0);
            using var run = Verifier.Run(session, "small", inputs, [.. session.OutputNames]);
            Assert.Equal((pixels + 95) / 96 * ((pixels + 95) / 96), run[0].GetTensorTypeAndShape().Shape[1]);
        }
    }

    [Theory]
    [InlineData(2, 4)] // one dimension of all heads, with the batch in front of the heads in one axis
    [InlineData(1, 4)]
    public void Heads_merged_with_the_batch_lose_dimensions(int batch, int dimensions)
    {
        // Sequence, batch, width becomes sequence, batch x heads, dimensions, as PyTorch's MultiheadAttention has it.
        var m = new CaseModel();
        string x = m.Input(5, batch, 6);
        string Heads(string name, params long[] order) => m.Op("Transpose", [m.Op("Reshape", [m.MatMul(x, name, 6, 12), m.Longs(5, batch * 3, 4)])], ("perm", order));
        string mixed = m.Op("MatMul", [m.Op("Softmax", [m.Op("MatMul", [Heads("queries", 1, 0, 2), Heads("keys", 1, 2, 0)])], ("axis", -1)), Heads("values", 1, 0, 2)]);
        string merged = m.Op("Reshape", [m.Op("Transpose", [mixed], ("perm", new long[] { 1, 0, 2 })), m.Longs(5, batch, 12)]);
        using var folder = new CaseFolder();
        var report = ModelShrinker.Shrink(folder.Save(m.Output(m.MatMul(merged, "out", 12, 7))), null, new ShrinkTarget.Units(0.5), Quick with { Rules = new() { Attention = AttentionUnits.Dims } });
        Assert.Equal([dimensions, dimensions], report.Families.Select(f => f.Units));
        Assert.All(report.Families, f => Assert.Equal(dimensions / 2, f.Removed));
        Assert.True(report.Verification is { NonVacuous: true });
    }

    [Fact]
    public void Patches_merged_in_pairs_lose_channels()
    {
        var m = new CaseModel();
        string x = m.MatMul(m.Input(2, 6, 5), "first", 5, 8);
        using var folder = new CaseFolder();
        var report = Report(m.Output(m.MatMul(m.Op("Reshape", [x, m.Longs(2, 3, 16)]), "last", 16, 7)), folder, 0.5);
        Assert.Equal((8, 4), (Assert.Single(report.Families).Units, report.Families[0].Removed));
    }

    [Fact]
    public void A_channel_count_that_the_model_gives_keeps_its_layer()
    {
        var m = new CaseModel();
        string x = m.MatMul(m.Input(-1, 6), "first", 6, 8);
        string y = m.MatMul(m.MatMul(x, "middle", 8, 8), "last", 8, 5);
        var proto = m.Output(y);
        proto.Graph.Node.Add(new NodeProto { OpType = "Shape", Name = "count", Input = { x }, Output = { "channels" } });
        proto.Graph.Output.Add(CaseModel.Value("channels", DataType.Int64, 2));
        using var folder = new CaseFolder();
        var report = Report(proto, folder, 0.5);
        Assert.Contains(report.Refused, r => r.Family == "first:1" && r.Reason == "the model gives a number computed from the channel count");
        Assert.Equal(4, Assert.Single(report.Families).Removed);
    }

    [Fact]
    public void Noise_that_overflows_is_tried_more_gently()
    {
        var m = new CaseModel();
        string x = m.Op("Add", [m.MatMul(m.Input(-1, 6), "first", 6, 8), m.Floats([12, 13, 14, 15, 16, 17, 18, 19], 8)]);
        using var folder = new CaseFolder();
        Assert.True(File.Exists(Shrink(m.Output(m.MatMul(m.Op("Exp", [x]), "last", 8, 5)), folder, 0.5)));
    }

    [Fact]
    public void Zeros_that_are_padded_with_another_value_are_not_dead()
    {
        var m = new CaseModel();
        string x = m.Conv(m.Input(1, 3, 8, 8), "first", [8, 3, 3, 3]);
        m.Proto.Graph.Initializer.Single(i => i.Name == "first").RawData = ByteString.CopyFrom(new byte[8 * 27 * 4]);
        string padded = m.Op("Pad", [x, m.Longs(0, 0, 1, 1, 0, 0, 1, 1), m.Scalar(1)]);
        using var folder = new CaseFolder();
        string input = folder.Save(m.Output(m.Conv(padded, "last", [4, 8, 3, 3])));
        var report = ModelShrinker.Shrink(input, null, new ShrinkTarget.Dead(new() { Fill = DeadFill.Always }, 1), Quick);
        Assert.Equal(report.ParametersBefore, report.ParametersAfter);
        Assert.Contains("Nothing in this model is dead.", report.Warnings);
    }

    [Fact]
    public void What_ONNX_Runtime_cannot_run_is_written_with_a_warning()
    {
        var m = new CaseModel();
        var proto = m.Output(m.MatMul(m.MatMul(m.Input(1, 6), "first", 6, 8), "last", 8, 5));
        proto.OpsetImport.Add(new OperatorSetIdProto { Domain = "my.own", Version = 1 });
        proto.Graph.Node.Add(new NodeProto { OpType = "Mystery", Domain = "my.own", Name = "mystery", Input = { proto.Graph.Output[0].Name }, Output = { "m" } });
        proto.Graph.Output[0].Name = "m";
        using var folder = new CaseFolder();
        var report = Report(proto, folder, 0.5);
        Assert.Null(report.Verification);
        Assert.Contains(report.Warnings, w => w.StartsWith("The result was not compared", StringComparison.Ordinal));
        Assert.Equal(4, Assert.Single(report.Families).Removed);
        Assert.True(report.OutputBytes > 0);
    }

    [Fact]
    public void Outputs_that_are_no_numbers_prove_nothing()
    {
        var m = new CaseModel();
        string x = m.MatMul(m.MatMul(m.Input(1, 6), "first", 6, 8), "last", 8, 5);
        using var folder = new CaseFolder();
        var report = Report(m.Output(m.Op("Sqrt", [m.Op("Sub", [m.Op("Neg", [m.Op("Abs", [x])]), m.Scalar(1)])])), folder, 0.5);
        Assert.False(report.Verification!.NonVacuous);
        Assert.Contains(report.Warnings, w => w.Contains("says little", StringComparison.Ordinal));
    }

    [Fact]
    public void Packed_models_say_so()
    {
        using var folder = new CaseFolder();
        var m = new CaseModel();
        string input = folder.Save(m.Output(m.MatMul(m.MatMul(m.Input(1, 64), "first", 64, 64), "last", 64, 64))), zeros = Path.Combine(folder.Path, "zeros.onnx"), packed = Path.Combine(folder.Path, "packed.onnx");
        OnnxPruner.Prune(input, zeros, new() { Amount = 0.9 });
        ModelPacker.Pack(zeros, packed);
        Assert.Contains("its weights are packed; unpack the model first", Assert.Throws<InvalidOperationException>(() => ModelShrinker.Shrink(packed, null, new ShrinkTarget.Units(0.5), Quick)).Message);
    }

    private static string Shrink(ModelProto model, CaseFolder folder, double amount)
    {
        var report = Report(model, folder, amount);
        Assert.True(report.Verification is { NonVacuous: true });
        return report.Output!;
    }

    private static ShrinkReport Report(ModelProto model, CaseFolder folder, double amount) =>
        ModelShrinker.Shrink(folder.Save(model), Path.Combine(folder.Path, "small.onnx"), new ShrinkTarget.Units(amount), Quick);
}
