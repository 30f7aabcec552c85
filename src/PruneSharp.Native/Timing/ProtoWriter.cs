using System.Buffers.Binary;
using System.Text;

namespace PruneSharp.Native;

/// <summary>Writes one protobuf message, field by field.</summary>
internal sealed class ProtoWriter
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private const int FourBytes = 5;

    private readonly MemoryStream _content = new();

    /// <summary>What has been written.</summary>
    public ReadOnlySpan<byte> Content => _content.GetBuffer().AsSpan(0, (int)_content.Length);

    /// <summary>An integer.</summary>
    public void Integer(int field, long value)
    {
        Number((ulong)field << 3 | Varint);
        Number((ulong)value);
    }

    /// <summary>A float32.</summary>
    public void Float(int field, float value)
    {
        Number((ulong)field << 3 | FourBytes);
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _content.Write(bytes);
    }

    /// <summary>A string.</summary>
    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Bytes.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Number((ulong)field << 3 | LengthDelimited);
        Number((ulong)value.Length);
        _content.Write(value);
    }

    /// <summary>A message inside of this one.</summary>
    public void Message(int field, Action<ProtoWriter> write)
    {
        var inner = new ProtoWriter();
        write(inner);
        Bytes(field, inner.Content);
    }

    private void Number(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _content.WriteByte((byte)(value | 0x80));
        _content.WriteByte((byte)value);
    }
}
