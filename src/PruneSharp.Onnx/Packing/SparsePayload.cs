using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>A SparseTensorProto of the graph whose values and indices are made while it is written.</summary>
internal sealed record SparsePayload(PayloadTensor Values, PayloadTensor Indices, IReadOnlyList<long> Dims)
{
    private const byte SparseInitializer = 15 << 3 | (byte)WireType.LengthDelimited;

    /// <summary>Bytes of the field.</summary>
    public long FieldBytes => 1 + WireSplice.Varint((ulong)MessageBytes).Length + MessageBytes;

    private SparseTensorProto Shape => new() { Dims = { Dims } };

    private long MessageBytes => Values.FieldBytes + Indices.FieldBytes + Shape.CalculateSize();

    /// <summary>Writes the field.</summary>
    public void Write(Stream stream)
    {
        stream.Write([SparseInitializer, .. WireSplice.Varint((ulong)MessageBytes)]);
        Values.Write(stream, 1);
        Indices.Write(stream, 2);
        stream.Write(Shape.ToByteArray());
    }
}
