using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>An initializer whose values are made while it is written.</summary>
/// <param name="Header">Name, type and dims; no values.</param>
/// <param name="Bytes">Bytes of the values.</param>
/// <param name="Values">Makes the values, exactly <paramref name="Bytes"/>, piece by piece.</param>
internal sealed record PayloadTensor(TensorProto Header, long Bytes, Func<IEnumerable<byte[]>> Values)
{
    private const byte RawData = 9 << 3 | (byte)WireType.LengthDelimited;

    /// <summary>Bytes of the message.</summary>
    public long MessageBytes => Header.CalculateSize() + 1 + WireSplice.Varint((ulong)Bytes).Length + Bytes;

    /// <summary>Bytes of the message with a tag of one byte and its length.</summary>
    public long FieldBytes => 1 + WireSplice.Varint((ulong)MessageBytes).Length + MessageBytes;

    /// <summary>Writes the tensor as a field.</summary>
    /// <param name="stream">Receives it.</param>
    /// <param name="field">The field's number.</param>
    public void Write(Stream stream, int field)
    {
        stream.Write([(byte)(field << 3 | (int)WireType.LengthDelimited), .. WireSplice.Varint((ulong)MessageBytes)]);
        stream.Write(Header.ToByteArray());
        stream.Write([RawData, .. WireSplice.Varint((ulong)Bytes)]);
        long written = 0;
        foreach (byte[] piece in Values())
        {
            stream.Write(piece);
            written += piece.Length;
        }

        if (written != Bytes)
            throw new InvalidOperationException($"{Header.Name} was announced with {Bytes} bytes and came with {written}.");
    }
}
