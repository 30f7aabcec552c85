using System.Runtime.InteropServices;
using CsCheck;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx.Tests;

public sealed class PackTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Encodings => [.. PositionEncoding.All.Skip(1).Select(e => e.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Every_bit_of_every_weight_comes_back(string encoding)
    {
        var random = new Random(1);
        foreach (var type in new[] { ElementType.Float32, ElementType.Float16, ElementType.Float64 })
        {
            foreach (double density in new[] { 0, 0.002, 0.1, 0.15 })
            {
                byte[] stored = Stored(type, 40 * 90, density, random.Next());
                string input = Save(MatMul(type, stored, 40, 90)), packed = _folder.File("p.onnx"), back = _folder.File("b.onnx");
                Pack(input, packed, new() { Positions = PositionEncoding.Parse(encoding), Force = true });
                Assert.True(new FileInfo(packed).Length < new FileInfo(input).Length);
                using (var model = OnnxModel.Open(packed))
                {
                    var weight = Assert.Single(PackedModel.Read(model));
                    Assert.Equal(("0/w", encoding), (weight.Key, weight.Positions));
                    Assert.Equal(stored, Bytes(weight.Data));
                    Assert.Empty(ModelWeights.Of(model).Prunable);
                }

                OnnxUnpacker.Unpack(packed, back, force: true, TestContext.Current.CancellationToken);
                using var dense = OnnxModel.Open(back);
                Assert.Equal(stored, Bytes(Assert.Single(ModelWeights.Of(dense).Prunable).Weights.Data));
                Assert.Equal(["w"], dense.Proto.Graph.Initializer.Select(i => i.Name));
                Assert.Empty(dense.Proto.Graph.ValueInfo);
                Assert.Equal("MatMul", Assert.Single(dense.Proto.Graph.Node).OpType);
            }
        }
    }

    [Fact]
    public void Shapes_densities_and_bits_of_all_kinds_come_back() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 60], Gen.OneOf(0.0, 0.01, 0.2, 0.6, 0.95, 1.0), Gen.Int).Sample(
            (rows, columns, density, seed) =>
            {
                byte[] stored = Stored(ElementType.Float32, rows * columns, density, seed);
                using var folder = new TempFolder();
                string input = folder.File("m.onnx"), packed = folder.File("p.onnx");
                File.WriteAllBytes(input, MatMul(ElementType.Float32, stored, rows, columns).Bytes());
                Pack(input, packed, new());
                using var model = OnnxModel.Open(packed);
                Assert.Equal(stored, PackedModel.Read(model).Select(w => Bytes(w.Data)).FirstOrDefault(stored));
                Assert.True(new FileInfo(packed).Length <= new FileInfo(input).Length);
            },
            iter: 150);

    [Theory]
    [InlineData("fp16")]
    [InlineData("codebook:2")]
    [InlineData("codebook:3")]
    [InlineData("codebook:4")]
    [InlineData("codebook:5")]
    [InlineData("codebook:6")]
    [InlineData("codebook:7")]
    [InlineData("codebook:8")]
    public void Rounded_values_keep_zeros_exact_and_are_the_nearest_there_are(string values)
    {
        float[] weights = Sparse(50 * 70, 0.2, 3);
        string input = Save(MatMul(ElementType.Float32, MemoryMarshal.AsBytes<float>(weights).ToArray(), 50, 70)), packed = _folder.File("p.onnx");
        Pack(input, packed, new() { Values = ValueEncoding.Parse(values) });
        using var model = OnnxModel.Open(packed);
        float[] back = [.. MemoryMarshal.Cast<byte, float>(Bytes(Assert.Single(PackedModel.Read(model)).Data))];
        float[] levels = [.. back.Where(v => v != 0).Distinct()];
        for (int i = 0; i < weights.Length; i++)
        {
            Assert.Equal(weights[i] == 0, back[i] == 0);
            if (weights[i] != 0)
                Assert.Equal(values == "fp16" ? (float)(Half)weights[i] : levels.MinBy(l => Math.Abs(l - (double)weights[i])), back[i]);
        }

        if (values != "fp16")
            Assert.Equal(1 << (values[^1] - '0'), levels.Length);
    }

    [Fact]
    public void Values_that_cannot_be_kept_are_stored_exactly_and_the_report_says_why()
    {
        float[] weights = Sparse(1000, 0.1, 4);
        weights[5] = 1e6f;
        var layer = Plan(weights, new() { Values = ValueEncoding.Half });
        Assert.Contains("65504", layer.Reason);
        Assert.Equal("equal", layer.Values);
        weights[5] = float.NaN;
        Assert.Contains("codebook cannot stand for", Plan(weights, new() { Values = ValueEncoding.Codebook(4) }).Reason);
    }

    [Fact]
    public void Auto_takes_the_smallest_and_knows_its_size_to_the_byte()
    {
        foreach (double density in new[] { 0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.9, 1.0 })
        {
            float[] weights = Sparse(200 * 200, density, 5);
            string input = Save(MatMul(ElementType.Float32, MemoryMarshal.AsBytes<float>(weights).ToArray(), 200, 200)), packed = _folder.File("p.onnx");
            using (var model = OnnxModel.Open(input))
            {
                var plan = PackPlan.Of(model, new() { Force = true });
                var layer = Assert.Single(plan.Layers);
                Assert.Equal(layer.Costs.Where(c => !c.Key.StartsWith("sparse-initializer", StringComparison.Ordinal)).Min(c => c.Value), layer.Bytes);
                OnnxPacker.Write(plan, packed, new() { Force = true });
                long rest = new FileInfo(input).Length - layer.DenseBytes;
                Assert.InRange(new FileInfo(packed).Length - rest - layer.Bytes, -3, 3); // the graph's length prefix
                Assert.True(density > 0.9 == (layer.Positions == "dense"), layer.Positions);
            }
        }
    }

    [Fact]
    public void Weights_in_sub_graphs_and_constant_nodes_are_packed_where_they_are()
    {
        float[] weights = Sparse(64 * 64, 0.1, 6);
        NodeProto Constant(string name) => new() { OpType = "Constant", Output = { name }, Attribute = { new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = TestModel.Floats("", weights, 64, 64) } } };
        GraphProto Branch(string name, bool constant)
        {
            var graph = new GraphProto { Name = name, Node = { new NodeProto { OpType = "MatMul", Input = { "x", name + "w" }, Output = { name + "y" } } }, Output = { new ValueInfoProto { Name = name + "y" } } };
            if (constant)
                graph.Node.Insert(0, Constant(name + "w"));
            else
                graph.Initializer.Add(TestModel.Floats(name + "w", weights, 64, 64));
            return graph;
        }

        var model = new TestModel().Node("If", ["c"],
            new AttributeProto { Name = "then_branch", Type = AttributeProto.Types.AttributeType.Graph, G = Branch("a", false) },
            new AttributeProto { Name = "else_branch", Type = AttributeProto.Types.AttributeType.Graph, G = Branch("b", true) });
        string input = Save(model), packed = _folder.File("p.onnx"), back = _folder.File("b.onnx");
        Pack(input, packed, new());
        using (var read = OnnxModel.Open(packed))
        {
            var found = PackedModel.Read(read);
            Assert.Equal(["1/aw", "2/bw"], found.Select(w => w.Key));
            Assert.All(found, w => Assert.Equal(MemoryMarshal.AsBytes<float>(weights), Bytes(w.Data)));
        }

        OnnxUnpacker.Unpack(packed, back, cancellation: TestContext.Current.CancellationToken);
        using var dense = OnnxModel.Open(back);
        Assert.Equal(2, ModelWeights.Of(dense).Prunable.Count);
    }

    [Fact]
    public void Old_models_get_the_opset_and_ir_version_that_the_nodes_need_where_nothing_else_changes()
    {
        var model = MatMul(ElementType.Float32, MemoryMarshal.AsBytes<float>(Sparse(3000, 0.1, 7)).ToArray(), 30, 100);
        model.Proto.IrVersion = 3;
        model.Proto.OpsetImport[0].Version = 9;
        model.Proto.Graph.Input.Add(new ValueInfoProto { Name = "w" });
        string input = Save(model), packed = _folder.File("p.onnx");
        Pack(input, packed, new());
        using var read = OnnxModel.Open(packed);
        Assert.Equal((4, 11), (read.Proto.IrVersion, read.Proto.OpsetImport[0].Version));
        Assert.DoesNotContain("w", read.Proto.Graph.Input.Select(i => i.Name));

        model.Node("Clip", ["y"]);
        using var clipped = OnnxModel.Open(Save(model));
        var layer = Assert.Single(PackPlan.Of(clipped, new()).Layers);
        Assert.Equal("dense", layer.Positions);
        Assert.Contains("because Clip changed in 11", layer.Reason);
        Assert.Equal("sparse-initializer", Assert.Single(PackPlan.Of(clipped, new() { Positions = PositionEncoding.SparseInitializer }).Layers).Positions);
    }

    [Fact]
    public void External_values_that_stay_go_to_one_new_file_and_packed_ones_leave()
    {
        float[] weights = Sparse(4000, 0.1, 8), bias = [.. Enumerable.Range(1, 100).Select(i => (float)i)];
        byte[] data = [.. new byte[100], .. MemoryMarshal.AsBytes<float>(weights), .. MemoryMarshal.AsBytes<float>(bias)];
        File.WriteAllBytes(_folder.File("m.data"), data);
        TensorProto External(string name, long offset, params long[] dims) => new()
        {
            Name = name, DataType = 1, Dims = { dims }, DataLocation = TensorProto.Types.DataLocation.External,
            ExternalData = { new StringStringEntryProto { Key = "location", Value = "m.data" }, new StringStringEntryProto { Key = "offset", Value = offset.ToString() } },
        };
        string input = Save(new TestModel().Initializer(External("w", 100, 40, 100)).Initializer(External("b", 16100, 100)).Node("MatMul", ["x", "w"]).Node("Add", ["out_MatMul_w", "b"]));
        string packed = _folder.File("p.onnx");
        Pack(input, packed, new());
        using var model = OnnxModel.Open(packed);
        Assert.Equal(MemoryMarshal.AsBytes<float>(weights), Bytes(Assert.Single(PackedModel.Read(model)).Data));
        string file = Assert.Single(model.ExternalFiles);
        Assert.Equal(MemoryMarshal.AsBytes<float>(bias), File.ReadAllBytes(file));
        Assert.StartsWith("p.onnx.", Path.GetFileName(file));
        Assert.Equal(data, File.ReadAllBytes(_folder.File("m.data")));
    }

    [Fact]
    public void Tensors_above_the_folding_limit_stay_dense_with_the_reason()
    {
        using (var file = File.Create(_folder.File("big.data")))
            file.SetLength(1L << 30);
        var tensor = new TensorProto
        {
            Name = "w", DataType = 1, Dims = { 16384, 16384 }, DataLocation = TensorProto.Types.DataLocation.External,
            ExternalData = { new StringStringEntryProto { Key = "location", Value = "big.data" } },
        };
        using var model = OnnxModel.Open(Save(new TestModel().Initializer(tensor).Node("MatMul", ["x", "w"])));
        var layer = Assert.Single(PackPlan.Of(model, new()).Layers);
        Assert.Equal("dense", layer.Positions);
        Assert.Contains("over the 1 GiB up to which ONNX Runtime folds constants", layer.Reason);
    }

    [Fact]
    public void Names_that_the_model_uses_are_not_used_again()
    {
        var model = MatMul(ElementType.Float32, MemoryMarshal.AsBytes<float>(Sparse(3000, 0.1, 9)).ToArray(), 30, 100);
        for (int i = 0; i < 40; i++)
            model.Proto.Graph.Node.Add(new NodeProto { OpType = "Identity", Input = { "x" }, Output = { "~" + i.ToString("x") } });
        string input = Save(model), packed = _folder.File("p.onnx");
        Pack(input, packed, new() { Positions = PositionEncoding.Gaps(4) });
        using var read = OnnxModel.Open(packed);
        string[] outputs = [.. read.Proto.Graph.Node.SelectMany(n => n.Output), .. read.Proto.Graph.Initializer.Select(i => i.Name)];
        Assert.Equal(outputs.Length, outputs.Distinct().Count());
        Assert.Single(PackedModel.Read(read));
    }

    [Fact]
    public void Marks_differ_for_equal_weights_and_for_models_that_are_packed_twice()
    {
        var model = new TestModel();
        for (int i = 0; i < 4; i++)
            model.Initializer(TestModel.Floats($"z{i}", new float[4000], 40, 100)).Node("MatMul", ["x", $"z{i}"]);
        model.Initializer(TestModel.Floats("w", Sparse(4000, 0.1, 10), 40, 100)).Node("MatMul", ["x", "w"]);
        string once = _folder.File("1.onnx"), twice = _folder.File("2.onnx");
        Pack(Save(model), once, new() { Positions = PositionEncoding.Gaps(8), Targets = new() { Only = ["z*"] } });
        Pack(once, twice, new() { Positions = PositionEncoding.Gaps(8) });
        using var read = OnnxModel.Open(twice);
        Assert.Equal(5, PackedModel.Read(read).Count);
        string[] names = [.. read.Proto.Graph.Node.Where(n => n.Name.Length > 0).Select(n => n.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void A_weight_that_callers_may_replace_stays_dense()
    {
        var model = MatMul(ElementType.Float32, new byte[4000], 10, 100);
        model.Proto.Graph.Input.Add(new ValueInfoProto { Name = "w" });
        using var read = OnnxModel.Open(Save(model));
        var layer = Assert.Single(PackPlan.Of(read, new()).Layers);
        Assert.Equal("dense", layer.Positions);
        Assert.Contains("is a graph input too", layer.Reason);
    }

    [Fact]
    public void Opset_9_with_Upsample_is_not_raised()
    {
        var model = MatMul(ElementType.Float32, MemoryMarshal.AsBytes<float>(Sparse(3000, 0.1, 7)).ToArray(), 30, 100).Node("Upsample", ["y", "s"]);
        model.Proto.OpsetImport[0].Version = 9;
        using var read = OnnxModel.Open(Save(model));
        Assert.Contains("because Upsample changed in 10", Assert.Single(PackPlan.Of(read, new()).Layers).Reason);
    }

    [Fact]
    public void Sparse_initializers_of_other_tools_are_unpacked()
    {
        var model = new TestModel().Node("MatMul", ["x", "w"]);
        model.Proto.Graph.SparseInitializer.Add(new SparseTensorProto
        {
            Dims = { 3, 4 },
            Values = TestModel.Floats("w", [7, 8], 2),
            Indices = new() { DataType = 7, Dims = { 2, 2 }, Int64Data = { 0, 1, 2, 3 } },
        });
        string back = _folder.File("b.onnx");
        OnnxUnpacker.Unpack(Save(model), back, cancellation: TestContext.Current.CancellationToken);
        using var dense = OnnxModel.Open(back);
        Assert.Equal([0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8], MemoryMarshal.Cast<byte, float>(Bytes(Assert.Single(ModelWeights.Of(dense).Prunable).Weights.Data)).ToArray());
    }

    [Fact]
    public void Nothing_is_written_when_the_check_says_no()
    {
        string input = Save(MatMul(ElementType.Float32, new byte[4000], 10, 100)), packed = _folder.File("p.onnx");
        using var model = OnnxModel.Open(input);
        Assert.Throws<InvalidOperationException>(() => OnnxPacker.Write(PackPlan.Of(model, new()), packed, new(), _ => throw new InvalidOperationException()));
        Assert.Equal(["model.onnx"], _folder.Names());
    }

    private PackedLayer Plan(float[] weights, PackOptions options)
    {
        using var model = OnnxModel.Open(Save(MatMul(ElementType.Float32, MemoryMarshal.AsBytes<float>(weights).ToArray(), 10, weights.Length / 10)));
        return Assert.Single(PackPlan.Of(model, options).Layers);
    }

    private string Save(TestModel model) => model.Save(_folder);

    internal static void Pack(string input, string output, PackOptions options)
    {
        using var model = OnnxModel.Open(input);
        OnnxPacker.Write(PackPlan.Of(model, options), output, options);
    }

    internal static TestModel MatMul(ElementType type, byte[] stored, long rows, long columns) => new TestModel()
        .Initializer(new() { Name = "w", DataType = (int)UnpackGraph.OnnxType(type), RawData = ByteString.CopyFrom(stored), Dims = { rows, columns } })
        .Node("MatMul", ["x", "w"]);

    internal static float[] Sparse(int length, double density, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() < density ? (float)(random.NextDouble() - 0.5) : 0)];
    }

    private static byte[] Bytes(WeightData data) => data.Read(0, (int)data.Length, new byte[data.Length * data.Type.Bytes()]).ToArray();

    private static byte[] Stored(ElementType type, int length, double density, int seed)
    {
        var random = new Random(seed);
        var stored = new byte[length * type.Bytes()];
        for (int i = 0; i < length; i++)
            if (random.NextDouble() < density)
                random.NextBytes(stored.AsSpan(i * type.Bytes(), type.Bytes()));
        return stored;
    }
}
