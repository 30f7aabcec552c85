using System.Runtime.InteropServices;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Values of small tensors that stand in the file; damaged ones have none.</summary>
internal static class SmallConstants
{
    private const int MostFloats = 64;

    /// <summary>Values of an INT64, INT32 or BOOL tensor (1 and 0); null for others.</summary>
    /// <param name="model">The model.</param>
    /// <param name="proto">The tensor.</param>
    /// <param name="most">Longer tensors are data, not shapes.</param>
    public static long[]? Integers(OnnxModel model, TensorProto proto, int most = ObservedTensor.MostIntegers)
    {
        var type = (TensorProto.Types.DataType)proto.DataType;
        if (type is not (TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Int32 or TensorProto.Types.DataType.Bool) || Dimensions.Count(proto.Dims) is not { } length || length > most)
            return null;
        try
        {
            return TensorIntegers.Read(model, model.Tensors[proto]);
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
}
