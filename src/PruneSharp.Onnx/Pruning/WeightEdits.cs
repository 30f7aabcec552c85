using System.Buffers.Binary;

namespace PruneSharp.Onnx;

/// <summary>The edits that put new values of tensors into the model file.</summary>
internal static class WeightEdits
{
    /// <summary>Edits for a tensor whose values stand in the model file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tensor">The tensor; not external.</param>
    /// <param name="write">Writes its new values, little-endian.</param>
    public static IEnumerable<WireEdit> Of(OnnxModel model, StoredTensor tensor, Action<Stream> write)
    {
        var type = tensor.ElementType!.Value;
        if (TensorData.ContiguousField(model, tensor, type) is { } field)
            return [new(tensor.Message, field.ContentStart, field.ContentLength, field.ContentLength, write)];

        // Scattered or encoded values become one packed field in the place of the first.
        using var values = new MemoryStream();
        write(values);
        byte[] content = type.Bytes() == sizeof(ushort) ? Varints(values.ToArray()) : values.ToArray();
        byte[] packed = WireSplice.Field(TensorData.TypedField(type), content);
        return tensor.Payload.Select((f, i) => WireEdit.Of(tensor.Message, f.Start, f.End - f.Start, i == 0 ? packed : []));
    }

    private static byte[] Varints(byte[] halves)
    {
        var bytes = new List<byte>(halves.Length * 3 / 2);
        for (int i = 0; i < halves.Length; i += sizeof(ushort))
            bytes.AddRange(WireSplice.Varint(BinaryPrimitives.ReadUInt16LittleEndian(halves.AsSpan(i))));
        return [.. bytes];
    }
}
