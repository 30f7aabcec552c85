using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>The values of a tensor of any type with whole bytes, as plain little-endian bytes, wherever and however the file keeps them.</summary>
internal static class TensorBytes
{
    /// <summary>Bytes of one element; 0 for strings, unknown types and those of less than a byte.</summary>
    public static int ElementBytes(StoredTensor tensor) =>
        Enum.IsDefined((TensorProto.Types.DataType)tensor.Proto.DataType) && TensorData.Bits(tensor) is var bits && bits % 8 == 0 ? bits / 8 : 0;

    /// <summary>Where the bytes stand; scattered or encoded values are gathered in memory.</summary>
    /// <exception cref="InvalidModelException">The values do not fit the shape, are missing, or lie outside their file.</exception>
    public static (ByteSource Source, long Offset) Open(OnnxModel model, StoredTensor tensor)
    {
        int size = ElementBytes(tensor);
        if (size == 0)
            throw new InvalidOperationException($"{tensor.Proto.Name} holds {tensor.TypeName}.");
        long length = TensorData.Length(model, tensor), bytes = length * size;
        if (tensor.IsExternal)
            return TensorData.ExternalRange(model, tensor, bytes);
        if (tensor.Payload is [{ Number: 9 } raw])
        {
            return raw.ContentLength == bytes
                ? (model.Source, raw.ContentStart)
                : throw TensorData.Bad(model, tensor, $"has {bytes} bytes by its shape, but raw_data holds {raw.ContentLength}.");
        }

        if (tensor.Payload.Any(f => f.Number == 9))
            throw TensorData.Bad(model, tensor, "holds its values twice, in raw_data and in another field.");
        return (new MemoryBytes(model.Name, TensorData.Gather(model, tensor, size, length, TypedField(tensor))), 0);
    }

    /// <summary>All bytes.</summary>
    /// <exception cref="InvalidModelException">The values do not fit the shape, are missing, or lie outside their file.</exception>
    public static byte[] Read(OnnxModel model, StoredTensor tensor)
    {
        var (source, offset) = Open(model, tensor);
        var bytes = new byte[TensorData.Length(model, tensor) * ElementBytes(tensor)];
        source.Read(offset, bytes);
        return bytes;
    }

    private static int TypedField(StoredTensor tensor) => (TensorProto.Types.DataType)tensor.Proto.DataType switch
    {
        TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Complex64 => 4,
        TensorProto.Types.DataType.Double or TensorProto.Types.DataType.Complex128 => 10,
        TensorProto.Types.DataType.Int64 => 7,
        TensorProto.Types.DataType.Uint32 or TensorProto.Types.DataType.Uint64 => 11,
        _ => 5,
    };
}
