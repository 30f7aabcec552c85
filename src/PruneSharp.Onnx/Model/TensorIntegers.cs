using System.Runtime.InteropServices;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Reads integer tensors of any length, in raw_data, typed fields or external data.</summary>
internal static class TensorIntegers
{
    /// <summary>Checks a tensor, and gives a function that reads it.</summary>
    /// <exception cref="InvalidModelException">The type is another, or the values are not those of its dims.</exception>
    public static Func<long[]> Of(OnnxModel model, TensorProto proto, string name)
    {
        var tensor = model.Tensors[proto];
        if ((TensorProto.Types.DataType)proto.DataType is not (TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Int32))
            throw new InvalidModelException(model.Name, $"the indices of {name} are {tensor.TypeName}; expected INT64 or INT32.");
        if (tensor.IsExternal || tensor.Payload is [{ Number: 9 }])
            TensorBytes.Open(model, tensor); // others are gathered, and checked, when they are read
        return () => Read(model, tensor);
    }

    /// <summary>The values of an INT64, INT32 or BOOL tensor (1 and 0).</summary>
    /// <exception cref="InvalidModelException">The values are not those of its dims.</exception>
    public static long[] Read(OnnxModel model, StoredTensor tensor)
    {
        byte[] bytes = TensorBytes.Read(model, tensor);
        return (TensorProto.Types.DataType)tensor.Proto.DataType switch
        {
            TensorProto.Types.DataType.Int64 => MemoryMarshal.Cast<byte, long>(bytes).ToArray(),
            TensorProto.Types.DataType.Int32 => [.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(i => (long)i)],
            _ => [.. bytes.Select(b => b != 0 ? 1L : 0)],
        };
    }
}
