using System.Buffers.Binary;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>The values of a tensor of any type with whole bytes, as plain little-endian bytes, wherever and however the file keeps them.</summary>
internal static class TensorBytes
{
    /// <summary>Bytes of one element; 0 for strings, unknown types and those of less than a byte.</summary>
    public static int ElementBytes(StoredTensor tensor) => (TensorProto.Types.DataType)tensor.Proto.DataType switch
    {
        TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Int32 or TensorProto.Types.DataType.Uint32 => 4,
        TensorProto.Types.DataType.Double or TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Uint64 or TensorProto.Types.DataType.Complex64 => 8,
        TensorProto.Types.DataType.Float16 or TensorProto.Types.DataType.Bfloat16 or TensorProto.Types.DataType.Int16 or TensorProto.Types.DataType.Uint16 => 2,
        TensorProto.Types.DataType.Int8 or TensorProto.Types.DataType.Uint8 or TensorProto.Types.DataType.Bool => 1,
        TensorProto.Types.DataType.Float8E4M3Fn or TensorProto.Types.DataType.Float8E4M3Fnuz or TensorProto.Types.DataType.Float8E5M2 or TensorProto.Types.DataType.Float8E5M2Fnuz => 1,
        TensorProto.Types.DataType.Complex128 => 16,
        _ => 0,
    };

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
                : throw Bad(model, tensor, $"has {bytes} bytes by its shape, but raw_data holds {raw.ContentLength}.");
        }

        if (tensor.Payload.Any(f => f.Number == 9))
            throw Bad(model, tensor, "holds its values twice, in raw_data and in another field.");
        return (new MemoryBytes(model.Name, Gather(model, tensor, size, length)), 0);
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

    // Floats of four and eight bytes stand as they are, everything else as varints.
    private static byte[] Gather(OnnxModel model, StoredTensor tensor, int size, long length)
    {
        using var values = new MemoryStream();
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        foreach (var field in tensor.Payload)
        {
            if (field.Number is 4 or 10)
            {
                model.Source.CopyTo(values, field.ContentStart, field.ContentLength);
                continue;
            }

            foreach (ulong value in TensorData.Varints(model, field))
            {
                if (values.Length > length * size)
                    break;
                BinaryPrimitives.WriteUInt64LittleEndian(word, value);
                values.Write(word[..Math.Min(size, word.Length)]);
            }
        }

        return values.Length == length * size
            ? values.ToArray()
            : throw Bad(model, tensor, $"has {length} values by its shape, but holds {values.Length / size}.");
    }

    private static InvalidModelException Bad(OnnxModel model, StoredTensor tensor, string problem) =>
        new(model.Name, $"tensor {(tensor.Proto.Name.Length > 0 ? tensor.Proto.Name : $"at byte {tensor.Message.Start}")} {problem}");
}
