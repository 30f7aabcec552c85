using System.Buffers.Binary;
using System.Text;

namespace PruneSharp.Tests;

/// <summary>PyTorch files in memory: the fixtures that Python wrote, and forgeries.</summary>
internal static class PyTorchBytes
{
    /// <summary>A file that PyTorch 1.13 wrote; Fixtures/pytorch/make_pytorch_files.py says how.</summary>
    public static byte[] Fixture(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "pytorch", name));

    public static PyTorchFile Open(byte[] file) => PyTorchFile.Open(new MemoryStream(file), "test.pt");

    public static byte[] Data(PyTorchFile file, string name)
    {
        var tensor = file.Find(name)!;
        var data = new byte[tensor.Bytes];
        file.Read(tensor, 0, data);
        return data;
    }

    public static float[] Floats(PyTorchFile file, string name) => [.. Data(file, name).Chunk(4).Select(b => BinaryPrimitives.ReadSingleLittleEndian(b))];

    /// <summary>A zip archive of stored records whose sizes and checksums are right.</summary>
    public static byte[] Zip(params (string Name, byte[] Data)[] records)
    {
        var stream = new MemoryStream();
        var zip = new ZipStoredWriter(stream, uint.MaxValue, CancellationToken.None);
        foreach (var (name, data) in records)
            zip.Add(name, data.Length, s => s.Write(data));
        zip.Finish();
        return stream.ToArray();
    }

    /// <summary>A file of a pickle, protocol and stop added, and one storage "0" of 24 bytes.</summary>
    public static byte[] Of(params byte[][] pickle) =>
        Zip(("a/data.pkl", [0x80, 2, .. pickle.SelectMany(p => p), (byte)'.']), ("a/data/0", [.. Enumerable.Range(0, 24).Select(i => (byte)i)]));

    public static byte[] Code(string code) => Encoding.Latin1.GetBytes(code);

    public static byte[] Global(string name) => Code($"c{name.Replace(' ', '\n')}\n");

    public static byte[] Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return [(byte)'X', .. BitConverter.GetBytes(utf8.Length), .. utf8];
    }

    public static byte[] Long(long value) => [0x8a, 8, .. BitConverter.GetBytes(value)];

    public static byte[] Tuple(params byte[][] values) => [(byte)'(', .. values.SelectMany(v => v), (byte)'t'];

    public static byte[] Longs(params long[] values) => Tuple([.. values.Select(Long)]);

    public static byte[] Dict(params byte[][] keysAndValues) => [(byte)'}', (byte)'(', .. keysAndValues.SelectMany(v => v), (byte)'u'];

    public static byte[] Storage(string type = "FloatStorage", string key = "0", long length = 6) =>
        [.. Tuple(Text("storage"), Global("torch " + type), Text(key), Text("cpu"), Long(length)), (byte)'Q'];

    public static byte[] Tensor(byte[] storage, long offset, long[] shape, long[] strides, params byte[][] more) =>
        [.. Global("torch._utils _rebuild_tensor_v2"), .. Tuple([storage, Long(offset), Longs(shape), Longs(strides), [0x89], [(byte)'N'], .. more]), (byte)'R'];

    /// <summary>Six floats.</summary>
    public static byte[] Six { get; } = Tensor(Storage(), 0, [6], [1]);
}
