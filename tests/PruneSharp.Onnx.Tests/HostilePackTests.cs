using System.Runtime.InteropServices;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx.Tests;

public sealed class HostilePackTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string, string> Encodings => new(
        ("gaps", "exact"), ("gaps3", "exact"), ("gaps5", "codebook:3"), ("bitmask", "codebook:4"), ("gaps", "fp16"), ("sparse-initializer", "exact"), ("sparse-initializer-int32", "exact"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Any_flipped_byte_and_any_truncation_gives_a_model_or_one_clear_error(string positions, string values)
    {
        float[] weights = PackTests.Sparse(30 * 30, 0.08, 1);
        byte[] packed = Packed(weights, 30, new() { Positions = PositionEncoding.Parse(positions), Values = ValueEncoding.Parse(values) });
        int refused = 0;
        for (int i = 0; i < packed.Length; i++)
        {
            foreach (byte flip in new byte[] { 1, 0x40, 0xFF })
            {
                byte[] damaged = [.. packed];
                damaged[i] ^= flip;
                refused += Refused(damaged) ? 1 : 0;
            }

            refused += Refused(packed[..i]) ? 1 : 0;
        }

        Assert.InRange(refused, packed.Length, packed.Length * 4);
    }

    [Fact]
    public void Nodes_that_compute_something_else_are_refused()
    {
        float[] weights = PackTests.Sparse(30 * 30, 0.08, 1);
        byte[] packed = Packed(weights, 30, new() { Positions = PositionEncoding.Gaps(5) });
        string Error(Action<GraphProto> change)
        {
            var model = ModelProto.Parser.ParseFrom(packed);
            change(model.Graph);
            using var read = OnnxModel.Of(Google.Protobuf.MessageExtensions.ToByteArray(model), "p.onnx");
            return Assert.Throws<InvalidModelException>(() => PackedModel.Read(read)).Message;
        }

        Assert.Matches(@"^p\.onnx: packed tensor w at byte \d+: ", Error(g => g.Node.Single(n => n.OpType == "Mod").OpType = "Div"));
        Assert.Contains("not those that packing writes", Error(g => g.Node.Single(n => n.OpType == "Mod").OpType = "Div"));
        Assert.Contains("not those that packing writes", Error(g => g.Initializer.First(i => i.Dims.Count == 0).RawData = Google.Protobuf.ByteString.CopyFrom(new byte[8].Select((_, i) => (byte)(i == 0 ? 9 : 0)).ToArray())));
        Assert.Contains("not filled with a zero", Error(g => g.Node.First(n => n.OpType == "ConstantOfShape").Attribute[0].T.RawData = Google.Protobuf.ByteString.CopyFrom(0, 0, 128, 63)));
        Assert.Contains("names no encodings", Error(g => g.Node.Single(n => n.Name.Length > 0 && n.OpType == "Reshape").Name = UnpackGraph.Mark + "x"));
        Assert.Contains("There is no position encoding", Error(g => g.Node.Single(n => n.Name.Length > 0 && n.OpType == "Reshape").Name = UnpackGraph.Mark + "gaps9;exact;1"));
        Assert.Contains("survivors", Error(g =>
        {
            var values = g.Initializer.Single(i => i.DataType == 1);
            values.Dims[0]--;
            values.RawData = Google.Protobuf.ByteString.CopyFrom(values.RawData.Span[..^4]);
        }));
        Assert.Contains("its shape needs", Error(g => g.Initializer.Single(i => i.DataType == 1).Dims[0] = 1000));
    }

    [Fact]
    public void Huge_claims_take_no_memory()
    {
        var model = new TestModel();
        model.Initializer(TestModel.Longs("d", 1 << 20, 1 << 20));
        model.Proto.Graph.Node.Add(new NodeProto
        {
            OpType = "ConstantOfShape", Name = UnpackGraph.Mark + "gaps;exact;0", Input = { "d" }, Output = { "w" },
            Attribute = { new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = TestModel.Floats("", [0], 1) } },
        });
        using var read = OnnxModel.Of(model.Bytes());
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("more than packing takes", Assert.Throws<InvalidModelException>(() => PackedModel.Read(read)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Small_files_with_large_claims_are_refused()
    {
        var sparse = new TestModel().Node("MatMul", ["x", "w"]);
        sparse.Proto.Graph.SparseInitializer.Add(new SparseTensorProto { Dims = { 500_000_000 }, Values = TestModel.Floats("w", [1], 1), Indices = TestModel.Longs("", 499_999_999) });
        Assert.Contains("claim to hold", Error(sparse));

        var noInput = new TestModel();
        noInput.Proto.Graph.Node.Add(new NodeProto { OpType = "Reshape", Name = UnpackGraph.Mark + "gaps4;exact;0", Output = { "w" } });
        Assert.Contains("has 0 inputs", Error(noInput));

        var chunks = new TestModel().Initializer(TestModel.Longs("n", 0)).Initializer(TestModel.Longs("d", 0, 4));
        var zero = new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = TestModel.Floats("", [0], 1) };
        chunks.Proto.Graph.Node.Add(new NodeProto { OpType = "ConstantOfShape", Input = { "n" }, Output = { "z" }, Attribute = { zero } });
        chunks.Proto.Graph.Node.Add(new NodeProto { OpType = "Concat", Input = { Enumerable.Repeat("z", 10_000) }, Output = { "c" } });
        chunks.Proto.Graph.Node.Add(new NodeProto { OpType = "Reshape", Name = UnpackGraph.Mark + "gaps4;exact;0", Input = { "c", "d" }, Output = { "w" } });
        Assert.Contains("it has 10000 chunks; 0 weights have 1", Error(chunks));

        string Error(TestModel model) => Assert.Throws<InvalidModelException>(() => OnnxUnpacker.Unpack(model.Save(_folder), _folder.File("u.onnx"), force: true, TestContext.Current.CancellationToken)).Message;
    }

    [Fact]
    public void Models_without_packed_weights_say_so()
    {
        string path = PackTests.MatMul(ElementType.Float32, new byte[400], 10, 10).Save(_folder);
        Assert.Contains("no packed weights", Assert.Throws<InvalidOperationException>(() => OnnxUnpacker.Unpack(path, _folder.File("u.onnx"), cancellation: TestContext.Current.CancellationToken)).Message);
        Assert.Equal(["model.onnx"], _folder.Names());
    }

    private byte[] Packed(float[] weights, int columns, PackOptions options)
    {
        string input = PackTests.MatMul(ElementType.Float32, MemoryMarshal.AsBytes<float>(weights).ToArray(), weights.Length / columns, columns).Save(_folder), packed = _folder.File("p.onnx");
        PackTests.Pack(input, packed, options);
        return File.ReadAllBytes(packed);
    }

    private static bool Refused(byte[] bytes)
    {
        try
        {
            using var model = OnnxModel.Of(bytes, "p.onnx");
            foreach (var weight in PackedModel.Read(model))
                weight.Data.Read(0, (int)weight.Data.Length, new byte[weight.Data.Length * weight.Data.Type.Bytes()]);
            return false;
        }
        catch (InvalidModelException error)
        {
            Assert.StartsWith("p.onnx: ", error.Message);
            return true;
        }
    }
}
