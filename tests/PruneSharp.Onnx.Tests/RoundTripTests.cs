using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx.Tests;

public sealed class RoundTripTests
{
    [Fact]
    public void Toys_and_real_models_are_byte_equal_after_rewriting_every_tensor()
    {
        Assert.Equal(18, Inputs.Toys.Length);
        foreach (string path in Inputs.Toys.Append(Inputs.Tiny))
            AssertRoundTrip(path);
    }

    [Fact]
    public void Onnx_operator_tests_are_byte_equal_after_rewriting_every_tensor()
    {
        var files = Inputs.OnnxTestData();
        Assert.True(files.Length > 1000, $"{files.Length} models");
        foreach (string path in files)
            AssertRoundTrip(path);
    }

    [Fact]
    public void Growing_a_tensor_updates_every_length_around_it()
    {
        // 100 bytes become 300: the tensor's, node's, attribute's and graphs' prefixes grow from one byte to two.
        var inner = new GraphProto { Name = "inner", Initializer = { TestModel.Floats("w", TestModel.Ramp(25), 25) } };
        var test = new TestModel();
        test.Proto.Graph.Node.Add(TestModel.NodeOf("If", ["c"], new AttributeProto { Name = "then_branch", G = inner, Type = AttributeProto.Types.AttributeType.Graph }));
        using var model = OnnxModel.Of(test.Bytes());
        var tensor = model.Tensors.Values.Single();
        var field = tensor.Payload.Single();
        float[] values = TestModel.Ramp(75);
        inner.Initializer[0] = TestModel.Floats("w", values, 25);
        byte[] raw = inner.Initializer[0].RawData.ToByteArray();
        byte[] replaced = [.. WireSplice.Varint(9 << 3 | 2), .. WireSplice.Varint((ulong)raw.Length), .. raw];
        var written = new MemoryStream();
        WireSplice.Write(model.Source, [WireEdit.Of(tensor.Message, field.Start, field.End - field.Start, replaced)], written);
        Assert.Equal(test.Bytes(), written.ToArray());
    }

    [Fact]
    public void Unknown_fields_survive_everywhere()
    {
        // Field 999 with a string, in the model, the graph, a node and a tensor.
        byte[] unknown = [.. WireSplice.Varint(999 << 3 | 2), 3, (byte)'a', (byte)'b', (byte)'c'];
        byte[] Message(int number, params byte[][] parts)
        {
            byte[] body = [.. parts.SelectMany(p => p), .. unknown];
            return [.. WireSplice.Varint((ulong)number << 3 | 2), .. WireSplice.Varint((ulong)body.Length), .. body];
        }

        var tensor = TestModel.Floats("w", TestModel.Ramp(200), 10, 20).ToByteArray();
        var node = TestModel.NodeOf("MatMul", ["x", "w"]).ToByteArray();
        byte[] file = [8, 8, .. Message(7, Message(1, node), Message(5, tensor)), .. unknown];
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("a.onnx"), file);
        OnnxPruner.Prune(folder.File("a.onnx"), folder.File("b.onnx"), new() { Amount = 0.0 });
        Assert.True(File.ReadAllBytes(folder.File("b.onnx")).AsSpan().StartsWith(file));
    }

    [Fact]
    public void Pruning_nothing_only_appends_provenance()
    {
        using var folder = new TempFolder();
        foreach (string path in Inputs.Toys)
        {
            string output = folder.File(Path.GetFileName(path));
            OnnxPruner.Prune(path, output, new() { Amount = 0.0 });
            byte[] before = File.ReadAllBytes(path), after = File.ReadAllBytes(output);
            Assert.True(after.AsSpan().StartsWith(before), path);
            Assert.Equal(4, ModelProto.Parser.ParseFrom(after).MetadataProps.Count(p => p.Key.StartsWith("prunesharp.", StringComparison.Ordinal)));
        }
    }

    // Every payload is replaced by itself, so every prefix on the way is looked at again.
    private static void AssertRoundTrip(string path)
    {
        byte[] original = File.ReadAllBytes(path);
        using var model = OnnxModel.Of(original, Path.GetFileName(path));
        var edits = model.Tensors.Values.SelectMany(t => t.Payload.Select(f => WireEdit.Of(t.Message, f.Start, f.End - f.Start, original[(int)f.Start..(int)f.End])));
        var written = new MemoryStream();
        WireSplice.Write(model.Source, edits, written);
        Assert.True(original.AsSpan().SequenceEqual(written.ToArray()), path);

        // The walk finds what the generated parser finds.
        var whole = ModelProto.Parser.ParseFrom(original);
        Assert.Equal(whole.Graph.Node.Count, model.Proto.Graph.Node.Count);
        Assert.Equal(whole.Graph.Initializer.Select(i => i.Name), model.Proto.Graph.Initializer.Select(i => i.Name));
        _ = ModelWeights.Of(model);
    }
}
