using System.Runtime.InteropServices;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx.Tests;

public sealed class InitializerTests
{
    [Fact]
    public void Write_replaces_values_and_nothing_else()
    {
        using var folder = new TempFolder();
        string input = new TestModel().Initializer(TestModel.Floats("w", [1, 2, 3, 4], 2, 2)).Initializer(TestModel.Longs("n", 5)).Initializer(TestModel.Floats("b", [7, 8], 2)).Node("Gemm", ["x", "w", "b"]).Save(folder);
        byte[] before = File.ReadAllBytes(input);
        using (var model = OnnxModel.Open(input))
        {
            var initializers = OnnxInitializers.Of(model);
            Assert.Equal(["w", "b"], initializers.Select(i => i.Name));
            Assert.Equal(new FileInfo(input).Length, OnnxInitializers.Write(model, folder.File("out.onnx"), [(initializers[1], Floats(9, 10))], force: false));
        }

        byte[] expected = [.. before];
        int at = before.AsSpan().IndexOf(MemoryMarshal.AsBytes<float>([7, 8]));
        MemoryMarshal.AsBytes<float>([9, 10]).CopyTo(expected.AsSpan(at));
        Assert.Equal(expected, File.ReadAllBytes(folder.File("out.onnx")));
        Assert.Equal(before, File.ReadAllBytes(input));
    }

    [Fact]
    public void Write_external_values_go_to_a_file_of_their_own()
    {
        using var folder = new TempFolder();
        string input = External(folder, 0, 8, 0);
        using var model = OnnxModel.Open(input);
        var initializers = OnnxInitializers.Of(model);
        OnnxInitializers.Write(model, folder.File("out.onnx"), [.. initializers.Select((i, n) => (i, Floats(10 * n + 1, 10 * n + 2)))], force: false);
        using var output = OnnxModel.Open(folder.File("out.onnx"));
        Assert.Equal([[1f, 2f], [11f, 12f], [1f, 2f]], OnnxInitializers.Of(output).Select(Values));
        Assert.Equal([[1f, 2f], [3f, 4f], [1f, 2f]], initializers.Select(Values));
    }

    [Fact]
    public void Write_external_values_that_overlap_in_part_are_refused()
    {
        using var folder = new TempFolder();
        using var model = OnnxModel.Open(External(folder, 0, 4, 8));
        var initializers = OnnxInitializers.Of(model);
        var error = Assert.Throws<InvalidModelException>(() => OnnxInitializers.Write(model, folder.File("out.onnx"), [.. initializers.Select(i => (i, Floats(1, 2)))], force: false));
        Assert.Equal("model.onnx: tensors w0 and w1 share a part of their external bytes, so they cannot have values of their own.", error.Message);
        Assert.False(File.Exists(folder.File("out.onnx")));
    }

    // Tensors of two floats at these offsets of the values 1, 2, 3, 4.
    private static string External(TempFolder folder, params int[] offsets)
    {
        File.WriteAllBytes(folder.File("weights.bin"), MemoryMarshal.AsBytes<float>([1, 2, 3, 4]).ToArray());
        var model = new TestModel().Node("Identity", ["x"]);
        for (int i = 0; i < offsets.Length; i++)
        {
            model.Initializer(new TensorProto
            {
                Name = $"w{i}",
                DataType = (int)TensorProto.Types.DataType.Float,
                Dims = { 2 },
                DataLocation = TensorProto.Types.DataLocation.External,
                ExternalData = { new StringStringEntryProto { Key = "location", Value = "weights.bin" }, new StringStringEntryProto { Key = "offset", Value = $"{offsets[i]}" } },
            });
        }

        return model.Save(folder);
    }

    private static Action<Stream> Floats(params float[] values) => stream => stream.Write(MemoryMarshal.AsBytes<float>(values));

    private static float[] Values(OnnxInitializer initializer)
    {
        var buffer = new byte[initializer.Data.Length * sizeof(float)];
        return MemoryMarshal.Cast<byte, float>(initializer.Data.Read(0, (int)initializer.Data.Length, buffer)).ToArray();
    }
}
