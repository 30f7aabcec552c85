using Google.Protobuf;
using PruneSharp.Onnx;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class ShapeTests : IDisposable
{
    private const string TestData = "/usr/share/libonnx-testdata/data";

    // Operators with a test of their own in ONNX that shapes are inferred for.
    private const int LeastOperators = 100;

    private readonly string _folder = Directory.CreateTempSubdirectory("prunesharp-").FullName;

    public static TheoryData<string> Toys => ToyTests.Toys;

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [MemberData(nameof(Toys))]
    public void Inferred_shapes_of_toys_are_those_of_a_run(string toy)
    {
        var agreement = new ShapeAgreement();
        Assert.True(agreement.Add(Path.Combine(AppContext.BaseDirectory, "Toys", toy)));
        Assert.Empty(agreement.Problems);
        Assert.True(agreement.Inferred >= 0.95 * agreement.Observed, $"{agreement.Inferred} of {agreement.Observed}; not {string.Join(", ", agreement.Missing)}");
    }

    [Fact]
    public void Inferred_shapes_of_operators_are_those_of_a_run()
    {
        Assert.SkipUnless(Directory.Exists(TestData), "Debian's package libonnx-testdata is not installed.");
        var agreement = new ShapeAgreement();
        int run = 0;
        foreach (string model in Directory.GetFiles(TestData, "model.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            run += agreement.Add(WithInputs(model)) ? 1 : 0;
        TestContext.Current.TestOutputHelper?.WriteLine($"{run} models run; {agreement.Inferred} of {agreement.Observed} tensors inferred; {agreement.Integers} integer tensors compared; {agreement.Operators.Count} operators.");
        Assert.Empty(agreement.Problems);
        Assert.True(agreement.Inferred >= 0.85 * agreement.Observed, $"{agreement.Inferred} of {agreement.Observed}.");
        Assert.True(agreement.Operators.Count >= LeastOperators, $"{agreement.Operators.Count} operators.");
    }

    [Fact]
    public void Windows_and_slices_of_all_kinds_are_those_of_a_run()
    {
        var random = new Random(3);
        var model = Model([2, 4, 17, 13], [2, 4, 17, 13]);
        model.Graph.Initializer.Add(Zeros("down", 6, 2, 3, 2));
        model.Graph.Initializer.Add(Zeros("up", 4, 3, 3, 2));
        for (int i = 0; i < 400; i++)
        {
            string op = new[] { "Conv", "ConvTranspose", "MaxPool", "AveragePool", "Slice" }[i % 5];
            var node = new NodeProto { OpType = op, Input = { "x" }, Output = { $"n{i}" } };
            model.Graph.Node.Add(node);
            if (op == "Slice")
            {
                foreach (string part in new[] { "starts", "ends", "axes", "steps" })
                {
                    model.Graph.Initializer.Add(new TensorProto { Name = part + i, DataType = 7, Dims = { 2 }, Int64Data = { part == "axes" ? [2, -1] : [Part(part), Part(part)] } });
                    node.Input.Add(part + i);
                }

                continue;
            }

            node.Attribute.Add(Ints("strides", random.Next(1, 4), random.Next(1, 4)));
            if (op is "Conv" or "ConvTranspose")
            {
                node.Input.Add(op == "Conv" ? "down" : "up");
                node.Attribute.Add(Int("group", 2));
            }
            else
            {
                node.Attribute.Add(Ints("kernel_shape", 3, 2));
                node.Attribute.Add(Int("ceil_mode", random.Next(2)));
            }

            string padding = random.Next(3) == 0 ? new[] { "SAME_UPPER", "SAME_LOWER", "VALID" }[random.Next(3)] : "NOTSET";
            if (op != "AveragePool" && !padding.StartsWith("SAME", StringComparison.Ordinal))
                node.Attribute.Add(Ints("dilations", random.Next(1, 3), random.Next(1, 3)));
            node.Attribute.Add(padding == "NOTSET"
                ? Ints("pads", random.Next(3), random.Next(2), random.Next(3), random.Next(2))
                : new AttributeProto { Name = "auto_pad", S = ByteString.CopyFromUtf8(padding), Type = AttributeProto.Types.AttributeType.String });
        }

        Agree(model, 402);

        long Part(string part) => part == "steps" ? random.Next(2) == 0 ? random.Next(1, 4) : -random.Next(1, 4) : random.Next(8) == 0 ? long.MaxValue : random.Next(-20, 20);
    }

    [Fact]
    public void Operators_of_Microsoft_are_those_of_a_run()
    {
        var model = Model([2, 4, 6, 6], [2, 4, 6, 6]);
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });
        model.Graph.Initializer.Add(Zeros("k", 8, 4, 3, 3));
        model.Graph.Initializer.Add(Zeros("m", 2, 4, 5, 6));
        model.Graph.Initializer.Add(Zeros("scale", 6));
        model.Graph.Initializer.Add(Zeros("step"));
        model.Graph.Initializer.Add(new TensorProto { Name = "zero", DataType = 2, Int32Data = { 0 } });
        model.Graph.Initializer.Add(Zeros("tokens", 2, 5, 6));
        Node("", "DynamicQuantizeLinear", ["x"], ["q", "qs", "qz"]);
        Node("", "LayerNormalization", ["x", "scale"], ["l", "mean", "deviation"], Int("axis", -1));
        Node("com.microsoft", "FusedConv", ["x", "k"], ["c"], new AttributeProto { Name = "activation", S = ByteString.CopyFromUtf8("Relu"), Type = AttributeProto.Types.AttributeType.String });
        Node("com.microsoft", "Gelu", ["x"], ["g"]);
        Node("com.microsoft", "BiasGelu", ["x", "scale"], ["b"]);
        Node("com.microsoft", "FusedMatMul", ["x", "m"], ["fm"], Int("transB", 1));
        Node("com.microsoft", "SkipLayerNormalization", ["tokens", "tokens", "scale"], ["skip", "", "", "sum"]);
        Node("com.microsoft", "QLinearAdd", ["q", "step", "zero", "q", "step", "zero", "step", "zero"], ["a"]);
        Agree(model, 15);

        void Node(string domain, string op, string[] inputs, string[] outputs, params AttributeProto[] attributes) =>
            model.Graph.Node.Add(new NodeProto { Domain = domain, OpType = op, Input = { inputs }, Output = { outputs }, Attribute = { attributes } });
    }

    [Fact]
    public void Sizes_that_change_show_in_the_second_sample()
    {
        using var model = OnnxModel.Open(Save(Model(["batch", null], ["batch", null])));
        var shapes = ShapeProbe.Run(model, new Dictionary<string, int>(), TestContext.Current.CancellationToken);
        Assert.Equal([[1, 16], [2, 80]], shapes.Samples.Select(s => s["y"].Dims));
        Assert.Equal([[1, 16], [2, 80]], shapes.Samples.Select(s => s["s"].Integers!));
        Assert.Equal([3], shapes.Samples[0]["w"].Integers!);
    }

    [Fact]
    public void A_given_size_counts_as_fixed()
    {
        using var model = OnnxModel.Open(Save(Model(["batch", null], ["batch", null])));
        var shapes = ShapeProbe.Run(model, new Dictionary<string, int> { ["batch"] = 5, ["x.1"] = 7 }, TestContext.Current.CancellationToken);
        Assert.Equal([[5, 7]], shapes.Samples.Select(s => s["y"].Dims));
        Assert.Throws<ArgumentException>(() => ShapeProbe.Run(model, new Dictionary<string, int> { ["other"] = 5 }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_size_that_cannot_change_is_not_taken_as_fixed()
    {
        // y = x + constant [1, 16]… reshaped to exactly 16 values: no other size runs.
        var proto = Model(["batch", "length"], ["batch", "length"]);
        proto.Graph.Initializer.Add(new TensorProto { Name = "sixteen", DataType = 7, Dims = { 1 }, Int64Data = { 16 } });
        proto.Graph.Node.Add(new NodeProto { OpType = "Reshape", Input = { "y", "sixteen" }, Output = { "z" } });
        using var model = OnnxModel.Open(Save(proto));
        var shapes = ShapeProbe.Run(model, new Dictionary<string, int>(), TestContext.Current.CancellationToken);
        Assert.Equal(3, shapes.Samples.Count);
        Assert.Equal([[1, 16], [2, 16], [1, 80]], shapes.Samples.Select(s => s["y"].Dims));
        Assert.Equal([true, false, false], shapes.Samples.Select(s => s.ContainsKey("z")));
    }

    [Fact]
    public void Values_from_data_are_no_constants()
    {
        var proto = Model([2, 3], [2, 3]);
        proto.Graph.Node.Add(new NodeProto { OpType = "Cast", Input = { "y" }, Output = { "i" }, Attribute = { new AttributeProto { Name = "to", I = 7, Type = AttributeProto.Types.AttributeType.Int } } });
        proto.Graph.Node.Add(new NodeProto { OpType = "NonZero", Input = { "y" }, Output = { "n" } });
        proto.Graph.Node.Add(new NodeProto { OpType = "Shape", Input = { "n" }, Output = { "ns" } });
        using var model = OnnxModel.Open(Save(proto));
        var sample = Assert.Single(ShapeProbe.Run(model, new Dictionary<string, int>(), TestContext.Current.CancellationToken).Samples);
        Assert.Equal([2, 3], sample["s"].Integers!);
        Assert.Equal([2, 3], sample["i"].Dims);
        Assert.All(new[] { "i", "n", "ns" }, name => Assert.Null(sample[name].Integers));
    }

    [Fact]
    public void A_model_that_does_not_run_is_inferred()
    {
        var proto = Model(["batch", 3], ["batch", 3]);
        proto.Graph.Node.Add(new NodeProto { OpType = "NoSuchOperator", Input = { "y" }, Output = { "z" } });
        using var model = OnnxModel.Open(Save(proto));
        Assert.Null(ShapeProbe.Observe(model, new Dictionary<string, int>(), TestContext.Current.CancellationToken));
        var shapes = ShapeProbe.Run(model, new Dictionary<string, int>(), TestContext.Current.CancellationToken);
        Assert.Equal([[2, 3], [3, 3]], shapes.Samples.Select(s => s["y"].Dims));
        Assert.False(shapes.Samples[0].ContainsKey("z"));
    }

    [Fact]
    public void A_cancelled_probe_ends()
    {
        using var model = OnnxModel.Open(Save(Model([2, 3], [2, 3])));
        Assert.ThrowsAny<OperationCanceledException>(() => ShapeProbe.Run(model, new Dictionary<string, int>(), new(true)));
    }

    // The operator tests with their stored inputs as constants.
    private string WithInputs(string path)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        string data = Path.Combine(Path.GetDirectoryName(path)!, "test_data_set_0");
        for (int i = model.Graph.Input.Count - 1; i >= 0 && path.Contains("/node/", StringComparison.Ordinal); i--)
        {
            string file = Path.Combine(data, $"input_{i}.pb");
            if (!File.Exists(file) || model.Graph.Input[i].Type.TensorType is null)
                continue;
            var tensor = TensorProto.Parser.ParseFrom(File.ReadAllBytes(file));
            tensor.Name = model.Graph.Input[i].Name;
            model.Graph.Initializer.Add(tensor);
            model.Graph.Input.RemoveAt(i);
        }

        model.IrVersion = Math.Max(model.IrVersion, 4);
        foreach (var output in model.Graph.Output)
            if (output.Type.TensorType is { } type)
                type.Shape = null;
        return Save(model, Directory.CreateDirectory(Path.Combine(_folder, Path.GetFileName(Path.GetDirectoryName(path)!))).FullName);
    }

    private void Agree(ModelProto model, int tensors)
    {
        var agreement = new ShapeAgreement();
        string path = Save(model);
        using (var session = ModelSession.Open(path))
            _ = GeneratedInputs.FindDims(session, path, new Dictionary<string, int>());
        Assert.True(agreement.Add(path));
        Assert.True(agreement.Problems.Count == 0, string.Join("\n", agreement.Problems.Take(12).Concat(model.Graph.Node.Where(n => agreement.Problems.Any(p => p.Contains($" {n.Output[0]}:"))).Take(6).Select(n => n.ToString()))));
        Assert.Empty(agreement.Missing);
        Assert.Equal(tensors, agreement.Inferred);
    }

    private static AttributeProto Int(string name, long value) => new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    private static AttributeProto Ints(string name, params long[] values) => new() { Name = name, Ints = { values }, Type = AttributeProto.Types.AttributeType.Ints };

    private static TensorProto Zeros(string name, params long[] dims) => new()
    {
        Name = name,
        DataType = 1,
        Dims = { dims },
        RawData = ByteString.CopyFrom(new byte[dims.Aggregate(4L, (bytes, dim) => bytes * dim)]),
    };

    // y = x · 3, s = shape of y, w = 3.
    private static ModelProto Model(object?[] input, object?[] output) => new()
    {
        IrVersion = 8,
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 17 } },
        Graph = new()
        {
            Name = "g",
            Input = { Value("x", input) },
            Output = { Value("y", output) },
            Initializer = { new TensorProto { Name = "f", DataType = 1, Dims = { 1 }, FloatData = { 3 } }, new TensorProto { Name = "w", DataType = 7, Dims = { 1 }, Int64Data = { 3 } } },
            Node =
            {
                new NodeProto { OpType = "Mul", Input = { "x", "f" }, Output = { "y" } },
                new NodeProto { OpType = "Shape", Input = { "y" }, Output = { "s" } },
            },
        },
    };

    private static ValueInfoProto Value(string name, object?[] dims) => new()
    {
        Name = name,
        Type = new() { TensorType = new() { ElemType = 1, Shape = new() { Dim = { dims.Select(d => d switch
        {
            int size => new TensorShapeProto.Types.Dimension { DimValue = size },
            string symbol => new TensorShapeProto.Types.Dimension { DimParam = symbol },
            _ => new TensorShapeProto.Types.Dimension(),
        }) } } } },
    };

    private string Save(ModelProto model, string? folder = null)
    {
        string path = Path.Combine(folder ?? _folder, "model.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }
}
