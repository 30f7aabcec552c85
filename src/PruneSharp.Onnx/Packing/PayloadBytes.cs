using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Reads the packed data of one initializer.</summary>
internal static class PayloadBytes
{
    /// <summary>Checks an initializer's type and size, and gives a function that reads its bytes.</summary>
    /// <exception cref="InvalidModelException">The type is another, or the bytes are not those of its dims.</exception>
    public static Func<byte[]> Of(OnnxModel model, TensorProto proto, params TensorProto.Types.DataType[] types)
    {
        var tensor = model.Tensors[proto];
        if (!types.Contains((TensorProto.Types.DataType)proto.DataType))
            throw Bad(model, tensor, $"holds {tensor.TypeName}; expected {string.Join(" or ", types.Select(t => t.ToString().ToUpperInvariant()))}.");
        long bytes = TensorData.Bytes(model, tensor);
        if (tensor.IsExternal)
        {
            var (source, offset) = TensorData.ExternalRange(model, tensor, bytes);
            return () => Read(source, offset, bytes);
        }

        if (tensor.Payload is not [{ Number: 9 } field])
            return bytes == 0 && tensor.Payload.Count == 0 ? () => [] : throw Bad(model, tensor, "does not keep its values in raw_data, where packing puts them.");
        if (field.ContentLength != bytes)
            throw Bad(model, tensor, $"holds {field.ContentLength} bytes; its shape needs {bytes}.");
        return () => Read(model.Source, field.ContentStart, bytes);
    }

    private static byte[] Read(ByteSource source, long offset, long bytes)
    {
        var buffer = new byte[bytes];
        source.Read(offset, buffer);
        return buffer;
    }

    private static InvalidModelException Bad(OnnxModel model, StoredTensor tensor, string problem) =>
        new(model.Name, $"packed tensor {tensor.Proto.Name} at byte {tensor.Message.Start} {problem}");
}
