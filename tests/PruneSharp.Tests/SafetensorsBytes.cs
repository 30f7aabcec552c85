using System.Buffers.Binary;
using System.Text;

namespace PruneSharp.Tests;

/// <summary>Safetensors files in memory.</summary>
internal static class SafetensorsBytes
{
    /// <summary>A file of a header, written out, and data.</summary>
    public static byte[] Raw(string header, params byte[] data) => Raw(Encoding.UTF8.GetBytes(header), data);

    public static byte[] Raw(byte[] header, byte[] data)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        return [.. prefix, .. header, .. data];
    }

    /// <summary>A file of tensors.</summary>
    public static byte[] Of(params (string Name, string Type, long[] Shape, byte[] Data)[] tensors)
    {
        var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, [.. tensors.Select(t =>
            new SafetensorsEntry(t.Name, SafetensorsType.Find(t.Type)!, t.Shape, t.Data.Length, s => s.Write(t.Data)))]);
        return stream.ToArray();
    }

    public static SafetensorsFile Open(byte[] file) => SafetensorsFile.Open(new MemoryStream(file), "test.safetensors");

    public static byte[] Data(SafetensorsFile file, string name)
    {
        var tensor = file.Find(name)!;
        var data = new byte[tensor.Bytes];
        file.Read(tensor, 0, data);
        return data;
    }

    public static byte[] Longs(params long[] values)
    {
        var bytes = new byte[values.Length * 8];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * 8), values[i]);
        return bytes;
    }
}
