using System.Runtime.InteropServices;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Reads INT64 and INT32 tensors of any length, in raw_data, typed fields or external data.</summary>
internal static class TensorIntegers
{
    /// <summary>Checks a tensor, and gives a function that reads it.</summary>
    /// <exception cref="InvalidModelException">The type is another, or the values are not those of its dims.</exception>
    public static Func<long[]> Of(OnnxModel model, TensorProto proto, string name)
    {
        var tensor = model.Tensors[proto];
        bool wide = proto.DataType == (int)TensorProto.Types.DataType.Int64;
        if (!wide && proto.DataType != (int)TensorProto.Types.DataType.Int32)
            throw new InvalidModelException(model.Name, $"the indices of {name} are {tensor.TypeName}; expected INT64 or INT32.");
        if (tensor.IsExternal || tensor.Payload is [{ Number: 9 }])
        {
            var bytes = PayloadBytes.Of(model, proto, (TensorProto.Types.DataType)proto.DataType);
            return () => wide ? MemoryMarshal.Cast<byte, long>(bytes()).ToArray() : [.. MemoryMarshal.Cast<byte, int>(bytes()).ToArray().Select(i => (long)i)];
        }

        long length = TensorData.Length(model, tensor);
        return () =>
        {
            var values = new List<long>();
            foreach (var field in tensor.Payload.Where(f => f.Number == (wide ? 7 : 5)))
                values.AddRange(TensorData.Varints(model, field).Select(v => (long)v));
            return values.Count == length ? [.. values] : throw new InvalidModelException(model.Name, $"the indices of {name} have {values.Count} values; their shape says {length}.");
        };
    }
}
