using System.Runtime.InteropServices;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Values of small tensors that stand in the file; damaged ones have none.</summary>
internal static class SmallConstants
{
    private const int MostFloats = 64;

    /// <summary>Up to <see cref="ObservedTensor.MostIntegers"/> values of an INT64, INT32 or BOOL tensor; null for others.</summary>
    public static long[]? Integers(OnnxModel model, TensorProto proto)
    {
        var type = (TensorProto.Types.DataType)proto.DataType;
        int width = type switch { TensorProto.Types.DataType.Int64 => 8, TensorProto.Types.DataType.Int32 => 4, TensorProto.Types.DataType.Bool => 1, _ => 0 };
        if (width == 0 || Dimensions.Count(proto.Dims) is not <= ObservedTensor.MostIntegers)
            return null;
        var tensor = model.Tensors[proto];
        long length = Dimensions.Count(proto.Dims)!.Value;
        try
        {
            return tensor.IsExternal || tensor.Payload is [{ Number: 9 }] ? Raw(model, tensor, width, length) : Typed(model, tensor, type, length);
        }
        catch (Exception error) when (error is InvalidModelException or IOException)
        {
            return null;
        }
    }

    /// <summary>Up to 64 values of a FLOAT tensor; null for others.</summary>
    public static float[]? Floats(OnnxModel model, TensorProto proto)
    {
        var tensor = model.Tensors[proto];
        if (tensor.ElementType != ElementType.Float32 || Dimensions.Count(proto.Dims) is not <= MostFloats)
            return null;
        try
        {
            var data = TensorData.Of(model, tensor);
            var bytes = new byte[data.Length * sizeof(float)];
            return MemoryMarshal.Cast<byte, float>(data.Read(0, (int)data.Length, bytes)).ToArray();
        }
        catch (Exception error) when (error is InvalidModelException or IOException)
        {
            return null;
        }
    }

    private static long[]? Raw(OnnxModel model, StoredTensor tensor, int width, long length)
    {
        var bytes = new byte[length * width];
        if (!tensor.IsExternal && tensor.Payload[0].ContentLength != bytes.Length)
            return null;
        var (source, offset) = tensor.IsExternal ? TensorData.ExternalRange(model, tensor, bytes.Length) : (model.Source, tensor.Payload[0].ContentStart);
        source.Read(offset, bytes);
        return width switch
        {
            8 => MemoryMarshal.Cast<byte, long>(bytes).ToArray(),
            4 => [.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(v => (long)v)],
            _ => [.. bytes.Select(v => v != 0 ? 1L : 0)],
        };
    }

    // A claimed length of 256 may come with a field of millions: it is read up to one value too many.
    private static long[]? Typed(OnnxModel model, StoredTensor tensor, TensorProto.Types.DataType type, long length)
    {
        int field = type == TensorProto.Types.DataType.Int64 ? 7 : 5;
        if (tensor.Payload.Any(f => f.Number != field))
            return null;
        long[] values = [.. tensor.Payload.SelectMany(f => TensorData.Varints(model, f)).Take((int)length + 1).Select(v => type switch
        {
            TensorProto.Types.DataType.Int64 => (long)v,
            TensorProto.Types.DataType.Int32 => (int)v,
            _ => v != 0 ? 1 : 0,
        })];
        return values.Length == length ? values : null;
    }
}
