using Google.Protobuf;
using PruneSharp.Onnx.Proto;
using static PruneSharp.Onnx.Tests.TestModel;

namespace PruneSharp.Onnx.Tests;

public sealed class PruneTests
{
    [Fact]
    public void A_real_model_loses_exactly_the_amount_and_keeps_everything_else()
    {
        using var folder = new TempFolder();
        var report = OnnxPruner.Prune(Inputs.Tiny, folder.File("p.onnx"), new() { Amount = 0.3 });
        Assert.Equal(Selection.Count(0.3, report.Parameters), report.Zeros);
        Assert.Equal(["p.onnx"], folder.Names());
        ModelProto before = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Inputs.Tiny)), after = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder.File("p.onnx")));
        var pruned = report.Layers.Select(l => l.Name).ToHashSet();
        for (int i = 0; i < before.Graph.Initializer.Count; i++)
        {
            if (!pruned.Contains(before.Graph.Initializer[i].Name))
                Assert.Equal(before.Graph.Initializer[i], after.Graph.Initializer[i]);
        }

        Assert.Equal(before.Graph.Node, after.Graph.Node);
        string Entry(string key) => after.MetadataProps.Single(p => p.Key == key).Value;
        Assert.Contains("\"amount\":\"0.3\"", Entry("prunesharp.plan"));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Inputs.Tiny))), Entry("prunesharp.input.sha256"));
        Assert.Contains("Conv2D/filter:0", Entry("prunesharp.sparsity"));
    }

    [Theory]
    [InlineData("global", "l1", "unstructured")]
    [InlineData("lamp", "l1", "unstructured")]
    [InlineData("erk", "random", "unstructured")]
    [InlineData("local", "l2", "block:4x1")]
    [InlineData("local", "l1", "channel")]
    [InlineData("global", "l1", "2:4")]
    public void Pruning_is_deterministic_and_pruning_twice_changes_no_weight(string allocation, string criterion, string structure)
    {
        using var folder = new TempFolder();
        string amount = structure == "2:4" ? "" : """, "amount": 0.5""";
        var plan = PlanJson.Read($$"""{ "allocation": "{{allocation}}", "criterion": "{{criterion}}", "structure": "{{structure}}"{{amount}} }""");
        OnnxPruner.Prune(Inputs.Tiny, folder.File("a.onnx"), plan, new() { Threads = 1 });
        OnnxPruner.Prune(Inputs.Tiny, folder.File("b.onnx"), plan, new() { Threads = 3 });
        Assert.Equal(File.ReadAllBytes(folder.File("a.onnx")), File.ReadAllBytes(folder.File("b.onnx")));
        var report = OnnxPruner.Prune(folder.File("a.onnx"), folder.File("c.onnx"), plan);
        Assert.Equal(report.ZerosBefore, report.Zeros);
        ModelProto once = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder.File("a.onnx"))), twice = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder.File("c.onnx")));
        Assert.Equal(once.Graph, twice.Graph);
        Assert.Equal(once.MetadataProps.Count, twice.MetadataProps.Count);
    }

    public static TheoryData<string> Storages => ["raw", "float_data", "unpacked", "two runs", "float16 raw", "float16 int32_data", "bfloat16 raw", "double_data", "external"];

    [Theory]
    [MemberData(nameof(Storages))]
    public void Every_way_to_store_values_is_pruned(string storage)
    {
        using var folder = new TempFolder();
        var tensor = Store(storage, Ramp(200), folder);
        string input = new TestModel().Initializer(tensor).Node("MatMul", ["x", "w"]).Save(folder);
        if (storage is "unpacked" or "two runs")
            File.WriteAllBytes(input, Unpack(File.ReadAllBytes(input), storage == "two runs"));
        var report = OnnxPruner.Prune(input, folder.File("out.onnx"), new() { Amount = 0.25 });
        Assert.Equal((200, 50), (report.Parameters, report.Zeros));
        using var output = OnnxModel.Open(folder.File("out.onnx"));
        var weight = Assert.Single(ModelWeights.Of(output).Prunable);
        var values = new double[200];
        WeightValues.ToDouble(weight.Weights.Data.Read(0, 200, new byte[1600]), weight.Weights.Data.Type, values);
        Assert.Equal(Ramp(200).Select((v, i) => i < 50 ? 0.0 : v), values);
    }

    [Fact]
    public void External_data_goes_to_a_file_of_its_own_and_the_input_stays()
    {
        using var folder = new TempFolder();
        string input = new TestModel().Initializer(Store("external", Ramp(200), folder)).Node("MatMul", ["x", "w"]).Save(folder);
        byte[] model = File.ReadAllBytes(input), data = File.ReadAllBytes(folder.File("weights.bin"));
        var report = OnnxPruner.Prune(input, folder.File("out.onnx"), new() { Amount = 0.5 });
        Assert.Equal(model, File.ReadAllBytes(input));
        Assert.Equal(data, File.ReadAllBytes(folder.File("weights.bin")));
        string written = Assert.Single(folder.Names(), n => n.StartsWith("out.onnx.", StringComparison.Ordinal));
        Assert.Matches(@"^out\.onnx\.[0-9a-f]{16}\.data$", written);
        var proto = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder.File("out.onnx"))).Graph.Initializer[0];
        Assert.Equal(written, proto.ExternalData.Single(e => e.Key == "location").Value);
        byte[] expected = (byte[])data.Clone();
        expected.AsSpan(16, 400).Clear();
        Assert.Equal(expected, File.ReadAllBytes(folder.File(written)));
        Assert.Equal(report.InputBytes, model.Length + data.Length);
    }

    [Fact]
    public void Tensors_that_share_external_bytes_are_pruned_once()
    {
        using var folder = new TempFolder();
        var first = Store("external", Ramp(200), folder);
        var second = first.Clone();
        second.Name = "v";
        string input = new TestModel().Initializer(first).Initializer(second).Node("MatMul", ["x", "w"]).Node("MatMul", ["x", "v"]).Save(folder);
        var report = OnnxPruner.Prune(input, folder.File("out.onnx"), new() { Amount = 0.5 });
        Assert.Equal((200, 100), (report.Parameters, report.Zeros));
        Assert.Contains(report.Skipped, s => s.Name == "v" && s.Reason.Contains("shares its bytes with w", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("same bytes, skipped by the other name")]
    [InlineData("a bias inside")]
    [InlineData("a weight that starts later")]
    [InlineData("the same bytes as another type")]
    public void Bytes_of_what_is_not_pruned_stay(string kind)
    {
        using var folder = new TempFolder();
        TensorProto first = Store("external", Ramp(200), folder), second = first.Clone();
        second.Name = "v";
        if (kind == "a bias inside")
            (second.Dims[0], second.Dims[1]) = (1, 8);
        if (kind == "the same bytes as another type")
            (second.DataType, second.Dims[0]) = ((int)TensorProto.Types.DataType.Float16, 20);
        if (kind is "a bias inside" or "a weight that starts later")
        {
            second.ExternalData.Clear();
            second.ExternalData.Add([Pair("location", "weights.bin"), Pair("offset", kind == "a bias inside" ? "20" : "18")]);
            if (kind != "a bias inside")
                (second.Dims[0], second.Dims[1]) = (19, 10);
        }

        string input = new TestModel().Initializer(first).Initializer(second).Initializer(Floats("free", Ramp(8), 2, 4))
            .Node("MatMul", ["x", "w"]).Node(kind == "a bias inside" ? "Mul" : "MatMul", ["x", "v"]).Node("MatMul", ["x", "free"]).Save(folder);
        var targets = new Targets { Skip = kind == "same bytes, skipped by the other name" ? ["v"] : [] };
        var report = OnnxPruner.Prune(input, folder.File("out.onnx"), new() { Amount = 0.5, Targets = targets });
        Assert.Equal(["free"], report.Layers.Select(l => l.Name));
        string data = Assert.Single(folder.Names(), n => n.EndsWith(".data", StringComparison.Ordinal));
        Assert.Equal(File.ReadAllBytes(folder.File("weights.bin")), File.ReadAllBytes(folder.File(data)));
    }

    [Fact]
    public void Bytes_of_a_sparse_initializer_stay()
    {
        using var folder = new TempFolder();
        TensorProto weight = Store("external", Ramp(200), folder), values = weight.Clone();
        (values.Name, values.Dims[0], values.Dims[1]) = ("sparse", 20, 10);
        var test = new TestModel().Initializer(weight).Initializer(Floats("free", Ramp(8), 2, 4)).Node("MatMul", ["x", "w"]).Node("MatMul", ["x", "free"]);
        test.Proto.Graph.SparseInitializer.Add(new SparseTensorProto { Values = values, Dims = { 200 } });
        var report = OnnxPruner.Prune(test.Save(folder), null, new() { Amount = 0.5 }, new() { DryRun = true });
        Assert.Equal(["free"], report.Layers.Select(l => l.Name));
    }

    [Fact]
    public void External_data_is_never_an_output_and_old_data_files_are_named()
    {
        using var folder = new TempFolder();
        string input = new TestModel().Initializer(Store("external", Ramp(200), folder)).Node("MatMul", ["x", "w"]).Save(folder);
        Assert.Contains("is in use", Assert.Throws<IOException>(() => OnnxPruner.Prune(input, folder.File("weights.bin"), new() { Amount = 0.5 }, new() { Force = true })).Message);
        Assert.Empty(OnnxPruner.Prune(input, folder.File("out.onnx"), new() { Amount = 0.5 }).UnusedDataFiles);
        Assert.Single(OnnxPruner.Prune(input, folder.File("out.onnx"), new() { Amount = 0.4 }, new() { Force = true }).UnusedDataFiles);
    }

    [Theory]
    [InlineData("erk", "unstructured", 116)]
    [InlineData("global", "unstructured", 116)]
    [InlineData("lamp", "unstructured", 116)]
    [InlineData("erk", "block:2x2", 120)] // 29 blocks, and four zeros in blocks that stay
    public void Zeros_that_are_there_count_toward_the_amount(string allocation, string structure, long zeros)
    {
        using var folder = new TempFolder();
        string input = new TestModel().Initializer(Floats("mostly zero", [.. new float[60], 1, 2, 3, 4], 8, 8)).Initializer(Floats("full", Ramp(400), 20, 20))
            .Node("MatMul", ["x", "mostly zero"]).Node("MatMul", ["x", "full"]).Save(folder);
        var plan = PlanJson.Read($$"""{ "allocation": "{{allocation}}", "structure": "{{structure}}", "amount": 0.25 }""");
        Assert.Equal(zeros, OnnxPruner.Prune(input, folder.File("a.onnx"), plan).Zeros);
        Assert.Equal(zeros, OnnxPruner.Prune(folder.File("a.onnx"), folder.File("b.onnx"), plan).Zeros);
    }

    [Fact]
    public void Targets_choose_layers_and_unmatched_patterns_show_near_names()
    {
        using var folder = new TempFolder();
        string input = new TestModel().Initializer(Floats("a.weight", Ramp(8), 2, 4)).Initializer(Floats("b.weight", Ramp(8), 2, 4)).Initializer(Floats("bias", Ramp(4), 4))
            .Node("Gemm", ["x", "a.weight", "bias"]).Node("MatMul", ["x", "b.weight"]).Save(folder);
        PruneReport Run(string[] only, string[] skip) => OnnxPruner.Prune(input, null, new() { Amount = 0.5, Targets = new() { Only = only, Skip = skip } }, new() { DryRun = true });
        Assert.Equal(["a.weight"], Run(["a.*"], []).Layers.Select(l => l.Name));
        Assert.Equal(["b.weight"], Run([], ["re:Gemm"]).Layers.Select(l => l.Name));
        Assert.Contains("Near names: a.weight", Assert.Throws<InvalidPlanException>(() => Run(["a.wieght"], [])).Message);
        Assert.Contains("bias of Gemm", Assert.Throws<InvalidPlanException>(() => Run(["bias"], [])).Message);
        Assert.Throws<InvalidOperationException>(() => Run(["a.*"], ["a.*"]));
    }

    [Fact]
    public void An_existing_output_and_the_input_itself_are_refused()
    {
        using var folder = new TempFolder();
        string input = new TestModel().Initializer(Floats("w", Ramp(8), 2, 4)).Node("MatMul", ["x", "w"]).Save(folder);
        File.WriteAllText(folder.File("out.onnx"), "precious");
        Assert.Contains("--force", Assert.Throws<IOException>(() => OnnxPruner.Prune(input, folder.File("out.onnx"), new() { Amount = 0.5 })).Message);
        Assert.Equal("precious", File.ReadAllText(folder.File("out.onnx")));
        OnnxPruner.Prune(input, folder.File("out.onnx"), new() { Amount = 0.5 }, new() { Force = true });
        Assert.Throws<IOException>(() => OnnxPruner.Prune(input, input, new() { Amount = 0.5 }, new() { Force = true }));
        Assert.Equal(["model.onnx", "out.onnx"], folder.Names());
    }

    [Fact]
    public void A_cancelled_run_leaves_nothing_behind()
    {
        using var folder = new TempFolder();
        using var source = new CancellationTokenSource();
        string input = new TestModel().Initializer(Store("external", Ramp(200), folder)).Node("MatMul", ["x", "w"]).Save(folder);
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => OnnxPruner.Prune(input, folder.File("out.onnx"), new() { Amount = 0.5 }, new() { Cancellation = source.Token }));
        Assert.Equal(["model.onnx", "weights.bin"], folder.Names());
    }

    [Fact]
    public void NaN_weights_are_an_error_that_names_the_tensor_and_nothing_is_written()
    {
        using var folder = new TempFolder();
        string input = new TestModel().Initializer(Floats("w", [1, float.NaN, 2, 3], 2, 2)).Node("MatMul", ["x", "w"]).Save(folder);
        foreach (var structure in new[] { Structure.Unstructured, Structure.Block(1, 2), Structure.NOfM(1, 2) })
        {
            var plan = new Plan { Structure = structure, Amount = structure.FixedSparsity is null ? 0.5 : null };
            Assert.Contains("tensor w holds NaN", Assert.Throws<InvalidModelException>(() => OnnxPruner.Prune(input, folder.File("out.onnx"), plan)).Message);
        }

        Assert.Equal(["model.onnx"], folder.Names());
    }

    private static TensorProto Store(string storage, float[] values, TempFolder folder)
    {
        var tensor = new TensorProto { Name = "w", Dims = { 10, 20 }, DataType = (int)TensorProto.Types.DataType.Float };
        switch (storage)
        {
            case "float_data" or "unpacked" or "two runs": tensor.FloatData.Add(values); break;
            case "float16 raw":
                tensor.DataType = (int)TensorProto.Types.DataType.Float16;
                tensor.RawData = ByteString.CopyFrom([.. values.SelectMany(v => BitConverter.GetBytes((Half)v))]);
                break;
            case "float16 int32_data":
                tensor.DataType = (int)TensorProto.Types.DataType.Float16;
                tensor.Int32Data.Add(values.Select(v => (int)BitConverter.HalfToUInt16Bits((Half)v)));
                break;
            case "bfloat16 raw":
                tensor.DataType = (int)TensorProto.Types.DataType.Bfloat16;
                tensor.RawData = ByteString.CopyFrom([.. values.SelectMany(v => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)))]);
                break;
            case "double_data":
                tensor.DataType = (int)TensorProto.Types.DataType.Double;
                tensor.DoubleData.Add(values.Select(v => (double)v));
                break;
            case "external":
                tensor.DataLocation = TensorProto.Types.DataLocation.External;
                tensor.ExternalData.Add([Pair("location", "weights.bin"), Pair("offset", "16"), Pair("length", $"{values.Length * 4}"), Pair("checksum", "abc")]);
                File.WriteAllBytes(folder.File("weights.bin"), [.. new byte[16], .. values.SelectMany(BitConverter.GetBytes), 7, 7]);
                break;
            default: tensor.RawData = Floats("w", values, 10, 20).RawData; break;
        }

        return tensor;
    }

    private static StringStringEntryProto Pair(string key, string value) => new() { Key = key, Value = value };

    // Rewrites the packed float_data as one field a value, or as two packed fields: both are legal protobuf.
    private static byte[] Unpack(byte[] file, bool twoRuns)
    {
        using var model = OnnxModel.Of(file);
        var tensor = model.Tensors.Values.Single();
        var field = tensor.Payload.Single();
        byte[] content = file[(int)field.ContentStart..(int)field.End];
        byte[][] parts = twoRuns ? [content[..400], content[400..]] : [.. content.Chunk(4)];
        byte[] fields = [.. parts.SelectMany(p => twoRuns ? [4 << 3 | 2, .. WireSplice.Varint((ulong)p.Length), .. p] : (byte[])[4 << 3 | 5, .. p])];
        var written = new MemoryStream();
        WireSplice.Write(model.Source, [WireEdit.Of(tensor.Message, field.Start, field.End - field.Start, fields)], written);
        return written.ToArray();
    }
}
