using System.Text.Json;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using PruneSharp.Onnx;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class PackedModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("prunesharp-").FullName;

    public static TheoryData<string> Toys => ToyTests.Toys;

    public static TheoryData<string, string> Encodings => new(
        ("gaps", "exact"), ("gaps3", "exact"), ("gaps4", "exact"), ("gaps5", "exact"), ("gaps6", "exact"), ("gaps7", "exact"), ("bitmask", "exact"),
        ("sparse-initializer", "exact"), ("sparse-initializer-int32", "exact"),
        ("gaps5", "fp16"), ("bitmask", "fp16"), ("gaps", "codebook:2"), ("gaps4", "codebook:3"), ("gaps", "codebook:4"), ("bitmask", "codebook:5"), ("gaps6", "codebook:6"), ("gaps", "codebook:7"), ("auto", "codebook:8"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Encodings))]
    public void No_unpacking_node_runs_at_inference(string positions, string values)
    {
        string toy = Pruned("unet.onnx", 0.9), packed = File("packed.onnx");
        var report = ModelPacker.Pack(toy, packed, new() { Positions = PositionEncoding.Parse(positions), Values = ValueEncoding.Parse(values) });
        Assert.Contains(report.Layers, l => l.Positions != "dense");
        if (values == "exact")
            Assert.Equal(0, report.MaxAbsDifference);
        Assert.Equal(OperatorsRun(toy), OperatorsRun(packed));
        if (!positions.StartsWith("sparse", StringComparison.Ordinal))
            Assert.Contains("ScatterElements", OperatorsRun(packed, GraphOptimizationLevel.ORT_DISABLE_ALL)); // what the warning is about
    }

    [Theory]
    [MemberData(nameof(Toys))]
    public void Every_packed_toy_gives_the_same_outputs_and_runs_the_same_operators(string toy)
    {
        string pruned = Pruned(toy, 0.85), packed = File("packed.onnx");
        foreach (var positions in new[] { null, PositionEncoding.Gaps(8), PositionEncoding.Bitmask, PositionEncoding.SparseInitializer })
        {
            var report = ModelPacker.Pack(pruned, packed, new() { Positions = positions, Force = true }, new() { Runs = 1 });
            Assert.Equal(0, report.MaxAbsDifference);
            Assert.True(report.OutputBytes < report.InputBytes);
            Assert.Equal(OperatorsRun(pruned), OperatorsRun(packed));
        }
    }

    [Fact]
    public void Half_precision_weights_are_packed_as_such()
    {
        var model = Model(17, 8);
        byte[] halves = [.. Sparse(64 * 64).SelectMany(v => BitConverter.GetBytes((Half)v))];
        model.Graph.Initializer.Add(new TensorProto { Name = "w", DataType = (int)TensorProto.Types.DataType.Float16, Dims = { 64, 64 }, RawData = ByteString.CopyFrom(halves) });
        model.Graph.Node.Insert(0, new NodeProto { OpType = "Cast", Input = { "w" }, Output = { "f" }, Attribute = { new AttributeProto { Name = "to", I = 1, Type = AttributeProto.Types.AttributeType.Int } } });
        model.Graph.Node[1].Input[1] = "f";
        foreach (string values in new[] { "exact", "fp16", "codebook:4" })
            Check(model, new() { Values = ValueEncoding.Parse(values), Force = true }, identical: values != "codebook:4");
    }

    [Fact]
    public void Sub_graphs_are_folded_too()
    {
        var model = Model(17, 8);
        model.Graph.Node.Clear();
        GraphProto Branch(string name) => new()
        {
            Name = name,
            Initializer = { Floats(name + "w") },
            Node = { new NodeProto { OpType = "MatMul", Input = { "x", name + "w" }, Output = { name + "y" } } },
            Output = { Value(name + "y", 4, 64) },
        };
        AttributeProto Graph(string name) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = Branch(name[..1]) };
        model.Graph.Input.Add(new ValueInfoProto { Name = "c", Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Bool, Shape = new() } } });
        model.Graph.Node.Add(new NodeProto { OpType = "If", Input = { "c" }, Output = { "y" }, Attribute = { Graph("then_branch"), Graph("else_branch") } });
        foreach (string positions in new[] { "gaps", "gaps4", "bitmask", "sparse-initializer" })
            Check(model, new() { Positions = PositionEncoding.Parse(positions), Force = true }, identical: true);
    }

    [Fact]
    public void A_model_of_opset_9_is_raised_and_says_so()
    {
        var model = Model(9, 3);
        model.Graph.Initializer.Add(Floats("w"));
        model.Graph.Input.Add(Value("w", 64, 64));
        var report = Check(model, new(), identical: true);
        Assert.Contains(report.Warnings, w => w.Contains("raised from 9 to 11"));
    }

    [Fact]
    public void Several_chunks_are_joined()
    {
        // 2 × 2²⁴ weights and a few more, mostly empty: three chunks, the last one without survivors.
        const int Rows = 8_388_617;
        var weights = new byte[Rows * 4 * sizeof(float)];
        var random = new Random(2);
        for (int i = 0; i < 40_000; i++)
            BitConverter.TryWriteBytes(weights.AsSpan(random.Next(Rows * 4 - 100) * sizeof(float)), (float)random.NextDouble());
        var model = Model(17, 8);
        model.Graph.Initializer.Add(new TensorProto { Name = "w", DataType = 1, Dims = { Rows, 4 }, RawData = ByteString.CopyFrom(weights) });
        model.Graph.Node[0] = new NodeProto { OpType = "Gather", Input = { "w", "i" }, Output = { "y" } };
        model.Graph.Input[0] = new ValueInfoProto { Name = "i", Type = new() { TensorType = new() { ElemType = 7, Shape = new() { Dim = { new TensorShapeProto.Types.Dimension { DimValue = 9 } } } } } };
        var report = Check(model, new() { Positions = PositionEncoding.Gaps(8) }, identical: true);
        Assert.InRange(report.SizeRatio!.Value, 100, 1000);
    }

    [Fact]
    public void A_model_that_does_not_load_is_packed_by_its_weights_and_says_so()
    {
        var model = Model(17, 8);
        model.Graph.Initializer.Add(Floats("w"));
        model.Graph.Node.Add(new NodeProto { OpType = "NoSuchOperator", Input = { "y" }, Output = { "z" } });
        string input = Save(model), packed = File("packed.onnx");
        var report = ModelPacker.Pack(input, packed);
        Assert.Null(report.MaxAbsDifference);
        Assert.Contains(report.Warnings, w => w.StartsWith("Weights were compared, outputs were not", StringComparison.Ordinal));
    }

    [Fact]
    public void Negative_zeros_are_named_and_equal_values_drop_them()
    {
        var model = Model(17, 8);
        float[] weights = [.. Sparse(64 * 64).Select((v, i) => v == 0 && i % 2 == 0 ? -0f : v)];
        model.Graph.Initializer.Add(new TensorProto { Name = "w", DataType = 1, Dims = { 64, 64 }, RawData = ByteString.CopyFrom([.. weights.SelectMany(BitConverter.GetBytes)]) });
        var exact = Check(model, new() { Force = true }, identical: true);
        Assert.Contains(exact.Warnings, w => w.Contains("are -0"));
        var equal = Check(model, new() { Values = ValueEncoding.Equal, Force = true }, identical: true);
        Assert.DoesNotContain(equal.Warnings, w => w.Contains("are -0"));
        Assert.True(equal.OutputBytes < exact.OutputBytes / 2);
    }

    [Fact]
    public void Archives_come_back_byte_by_byte_and_rounded_ones_are_compared()
    {
        string pruned = Pruned("unet.onnx", 0.9), archive = File("a.psz"), back = File("b.onnx");
        var exact = ArchivePacker.Pack(pruned, archive);
        Assert.Equal(0, exact.MaxAbsDifference);
        Assert.True(exact.OutputBytes < exact.BoundBytes);
        OnnxArchive.Unpack(archive, back, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(System.IO.File.ReadAllBytes(pruned), System.IO.File.ReadAllBytes(back));

        var coded = ArchivePacker.Pack(pruned, archive, new() { Values = ValueEncoding.Codebook(4), Force = true });
        Assert.True(coded.MaxAbsDifference > 0);
        Assert.True(coded.OutputBytes < exact.OutputBytes / 2);
        Assert.Equal(["a.psz", "b.onnx", "pruned.onnx"], Directory.GetFileSystemEntries(_folder).Select(p => Path.GetFileName(p)).Order());
    }

    [Fact]
    public void A_model_with_random_outputs_is_packed_by_its_weights()
    {
        var model = Model(17, 8);
        model.Graph.Initializer.Add(Floats("w"));
        model.Graph.Node.Add(new NodeProto { OpType = "RandomNormalLike", Input = { "y" }, Output = { "z" } });
        model.Graph.Output[0].Name = "z";
        var report = ModelPacker.Pack(Save(model), File("packed.onnx"));
        Assert.Contains(report.Warnings, w => w.Contains("differs from run to run"));
    }

    [Fact]
    public void A_node_with_a_name_like_ours_is_left_alone()
    {
        var model = Model(17, 8);
        model.Graph.Initializer.Add(Floats("w"));
        model.Graph.Node[0].Name = "prunesharp:mine";
        Check(model, new(), identical: true);
    }

    [Fact]
    public void Archives_that_no_reader_would_take_are_not_written()
    {
        var model = Model(17, 8);
        model.Graph.Initializer.Add(Floats("w"));
        string input = File("a:b.onnx");
        System.IO.File.WriteAllBytes(input, model.ToByteArray());
        Assert.Contains("no plain name", Assert.Throws<NotSupportedException>(() => ArchivePacker.Pack(input, File("a.psz"))).Message);
        Assert.False(System.IO.File.Exists(File("a.psz")));
    }

    [Fact]
    public void Data_files_are_never_replaced_and_come_back_elsewhere()
    {
        var model = Model(17, 8);
        var tensor = Floats("w");
        byte[] data = tensor.RawData.ToByteArray();
        System.IO.File.WriteAllBytes(File("w.data"), data);
        tensor.ClearRawData();
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "w.data" });
        model.Graph.Initializer.Add(tensor);
        string input = Save(model), archive = File("a.psz"), other = Directory.CreateDirectory(File("other")).FullName;
        ArchivePacker.Pack(input, archive, new() { Values = ValueEncoding.Codebook(2) });
        Assert.Contains("never replaced", Assert.Throws<IOException>(() => OnnxArchive.Unpack(archive, File("b.onnx"), force: true, TestContext.Current.CancellationToken)).Message);
        Assert.Equal(data, System.IO.File.ReadAllBytes(File("w.data")));
        OnnxArchive.Unpack(archive, Path.Combine(other, "b.onnx"), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(["b.onnx", "w.data"], Directory.GetFiles(other).Select(p => Path.GetFileName(p)).Order());
        Assert.True(Verifier.Compare(input, Path.Combine(other, "b.onnx"), new() { Tolerance = 1 }).Pass);
    }

    private PackReport Check(ModelProto model, PackOptions options, bool identical)
    {
        string input = Save(model), packed = File("packed.onnx");
        var report = ModelPacker.Pack(input, packed, options);
        Assert.All(report.Layers, l => Assert.NotEqual("dense", l.Positions));
        Assert.Equal(identical, report.MaxAbsDifference == 0);
        Assert.Equal(OperatorsRun(input), OperatorsRun(packed));
        return report;
    }

    // Kinds of the nodes that really run, by ONNX Runtime's own profile.
    private string[] OperatorsRun(string model, GraphOptimizationLevel level = GraphOptimizationLevel.ORT_ENABLE_ALL)
    {
        using var options = new SessionOptions { GraphOptimizationLevel = level, ProfileOutputPathPrefix = File("profile"), EnableProfiling = true, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var session = new InferenceSession(model, options);
        string name = Path.GetFileName(model);
        var dims = GeneratedInputs.FindDims(session, name, new Dictionary<string, int>());
        using (var inputs = GeneratedInputs.Create(session, name, dims, new(), 1))
            Verifier.Run(session, name, inputs, [.. session.OutputNames]).Dispose();
        string profile = session.EndProfiling();
        using var json = JsonDocument.Parse(System.IO.File.ReadAllText(profile));
        System.IO.File.Delete(profile);
        string[] run = [.. json.RootElement.EnumerateArray().Where(e => e.GetProperty("cat").GetString() == "Node" && e.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal)).Select(e => e.GetProperty("args").GetProperty("op_name").GetString()!).Order()];
        Assert.NotEmpty(run);
        return run;
    }

    private string Pruned(string toy, double amount)
    {
        string pruned = File("pruned.onnx");
        OnnxPruner.Prune(Path.Combine(AppContext.BaseDirectory, "Toys", toy), pruned, new() { Amount = amount }, new() { Force = true });
        return pruned;
    }

    private string File(string name) => Path.Combine(_folder, name);

    private string Save(ModelProto model)
    {
        System.IO.File.WriteAllBytes(File("model.onnx"), model.ToByteArray());
        return File("model.onnx");
    }

    // x [4, 64] times w [64, 64].
    private static ModelProto Model(int opset, int ir) => new()
    {
        IrVersion = ir,
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = opset } },
        Graph = new() { Name = "g", Node = { new NodeProto { OpType = "MatMul", Input = { "x", "w" }, Output = { "y" } } }, Input = { Value("x", 4, 64) }, Output = { new ValueInfoProto { Name = "y", Type = new() { TensorType = new() { ElemType = 1 } } } } },
    };

    private static TensorProto Floats(string name) => new() { Name = name, DataType = 1, Dims = { 64, 64 }, RawData = ByteString.CopyFrom([.. Sparse(64 * 64).SelectMany(BitConverter.GetBytes)]) };

    private static float[] Sparse(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < 0.1 ? (float)(random.NextDouble() - 0.5) : 0)];
    }

    private static ValueInfoProto Value(string name, params long[] dims) => new()
    {
        Name = name,
        Type = new() { TensorType = new() { ElemType = 1, Shape = new() { Dim = { dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }) } } } },
    };
}
