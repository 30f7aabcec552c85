using System.Buffers.Binary;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Finds and checks the values of a tensor, wherever the file keeps them.</summary>
internal static class TensorData
{
    private const int RawData = 9;

    /// <summary>Number of elements by the tensor's dims.</summary>
    /// <exception cref="InvalidModelException">A dim is negative or the product too large.</exception>
    public static long Length(OnnxModel model, StoredTensor tensor)
    {
        long length = 1;
        foreach (long dim in tensor.Proto.Dims)
        {
            if (dim < 0 || (dim > 0 && length > long.MaxValue / 16 / dim))
                throw Bad(model, tensor, $"has the impossible shape {Shape(tensor)}.");
            length *= dim;
        }

        return length;
    }

    /// <summary>Bytes that the values of a tensor of any fixed-size type take in an external file; 0 for strings and unknown types.</summary>
    public static long Bytes(OnnxModel model, StoredTensor tensor)
    {
        return (long)Math.Ceiling(Length(model, tensor) * (Bits(tensor) / 8.0));
    }

    /// <summary>Bits of one element; 0 for strings, 8 for types that are not known.</summary>
    public static int Bits(StoredTensor tensor) => (TensorProto.Types.DataType)tensor.Proto.DataType switch
    {
        TensorProto.Types.DataType.Uint2 or TensorProto.Types.DataType.Int2 => 2,
        TensorProto.Types.DataType.Uint4 or TensorProto.Types.DataType.Int4 or TensorProto.Types.DataType.Float4E2M1 => 4,
        TensorProto.Types.DataType.Uint16 or TensorProto.Types.DataType.Int16 or TensorProto.Types.DataType.Float16 or TensorProto.Types.DataType.Bfloat16 => 16,
        TensorProto.Types.DataType.Uint32 or TensorProto.Types.DataType.Int32 or TensorProto.Types.DataType.Float => 32,
        TensorProto.Types.DataType.Uint64 or TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Double or TensorProto.Types.DataType.Complex64 => 64,
        TensorProto.Types.DataType.Complex128 => 128,
        TensorProto.Types.DataType.String or TensorProto.Types.DataType.Undefined => 0,
        _ => 8,
    };

    /// <summary>The values of a floating-point tensor.</summary>
    /// <exception cref="InvalidModelException">The values do not fit the shape, are missing, or lie outside their file.</exception>
    public static WeightData Of(OnnxModel model, StoredTensor tensor)
    {
        var type = tensor.ElementType ?? throw new InvalidOperationException($"{tensor.Proto.Name} holds {tensor.TypeName}.");
        long length = Length(model, tensor);
        if (tensor.IsExternal)
        {
            var (source, offset) = ExternalRange(model, tensor, length * type.Bytes());
            return new SourceWeightData(source, offset, type, length);
        }

        if (ContiguousField(model, tensor, type) is { } field)
        {
            if (field.ContentLength != length * type.Bytes())
                throw Bad(model, tensor, $"has shape {Shape(tensor)} = {length} {tensor.TypeName} values = {length * type.Bytes()} bytes, but {(field.Number == RawData ? "raw_data" : "its values")} hold {field.ContentLength}.");
            return new SourceWeightData(model.Source, field.ContentStart, type, length);
        }

        var values = Gather(model, tensor, type.Bytes(), length, TypedField(type));
        return WeightData.Of(values, type);
    }

    /// <summary>The one field that holds all values as plain little-endian bytes; null where they are scattered or encoded as varints.</summary>
    public static WireField? ContiguousField(OnnxModel model, StoredTensor tensor, ElementType type)
    {
        if (tensor.Payload.Any(f => f.Number == RawData))
        {
            if (tensor.Payload.Count > 1)
                throw Bad(model, tensor, "holds its values twice, in raw_data and in another field.");
            return tensor.Payload[0];
        }

        bool packedFloats = type is ElementType.Float32 or ElementType.Float64 && tensor.Payload.Count == 1 && tensor.Payload[0].Type == WireType.LengthDelimited;
        return packedFloats && tensor.Payload[0].Number == TypedField(type) ? tensor.Payload[0] : null;
    }

    /// <summary>The field that holds values of a type when raw_data does not.</summary>
    public static int TypedField(ElementType type) => type switch
    {
        ElementType.Float32 => 4,
        ElementType.Float64 => 10,
        _ => 5,
    };

    /// <summary>The file and first byte of an external tensor's values.</summary>
    public static (ByteSource Source, long Offset) ExternalRange(OnnxModel model, StoredTensor tensor, long bytes)
    {
        if (tensor.Payload.Count > 0)
            throw Bad(model, tensor, "says that its values are external, but holds values too.");
        var location = model.External(tensor);
        var source = model.File(location.Path);
        if (location.Length is { } given && given != bytes)
            throw Bad(model, tensor, $"has shape {Shape(tensor)} = {bytes} bytes, but its external data entry says {given}.");
        if (location.Offset > source.Length - bytes)
            throw Bad(model, tensor, $"needs bytes {location.Offset} to {location.Offset + (double)bytes} of {source.Name}, which has {source.Length}.");
        return (source, location.Offset);
    }

    /// <summary>
    /// Values that stand one by one (not packed), in several packed runs, or encoded: floats of four and eight bytes as they are, everything
    /// else as varints, of which the low bytes count.
    /// </summary>
    /// <exception cref="InvalidModelException">The values stand in another field, or are not as many as the shape says.</exception>
    public static byte[] Gather(OnnxModel model, StoredTensor tensor, int size, long length, int typedField)
    {
        using var values = new MemoryStream();
        var word = new byte[sizeof(ulong)];
        foreach (var field in tensor.Payload)
        {
            if (field.Number != typedField)
                throw Bad(model, tensor, $"is {tensor.TypeName}, but holds values in field {field.Number}.");
            if (typedField is 4 or 10)
            {
                model.Source.CopyTo(values, field.ContentStart, field.ContentLength);
                continue;
            }

            foreach (ulong value in Varints(model, field).TakeWhile(_ => values.Length <= length * size))
            {
                BinaryPrimitives.WriteUInt64LittleEndian(word, value);
                values.Write(word, 0, size);
            }
        }

        return values.Length == length * size
            ? values.ToArray()
            : throw Bad(model, tensor, $"has shape {Shape(tensor)} = {length} {tensor.TypeName} values, but holds {values.Length / size}.");
    }

    /// <summary>The integers of one typed field.</summary>
    public static IEnumerable<ulong> Varints(OnnxModel model, WireField field)
    {
        if (field.Type == WireType.Varint)
        {
            yield return field.Value;
            yield break;
        }

        var cursor = new WireCursor(model.Source, (int)Math.Min(1 << 16, field.ContentLength));
        for (long at = field.ContentStart; at < field.End;)
            yield return cursor.Varint(ref at, field.End);
    }

    private static string Shape(StoredTensor tensor) =>
        $"[{string.Join(", ", tensor.Proto.Dims.Take(8))}{(tensor.Proto.Dims.Count > 8 ? ", …" : "")}]";

    /// <summary>What is wrong with a tensor, as an error.</summary>
    public static InvalidModelException Bad(OnnxModel model, StoredTensor tensor, string problem) =>
        new(model.Name, $"tensor {(tensor.Proto.Name.Length > 0 ? tensor.Proto.Name : $"at byte {tensor.Message.Start}")} {problem}");
}
