using PruneSharp.Onnx.Proto;

namespace PruneSharp.Torch.Onnx;

/// <summary>Element types in TorchSharp and in ONNX.</summary>
internal static class OnnxTypes
{
    /// <summary>The ONNX type of a tensor.</summary>
    /// <param name="type">TorchSharp's type.</param>
    /// <param name="what">What has it, for the error.</param>
    /// <exception cref="NotSupportedException">No kernel of ONNX Runtime takes it.</exception>
    public static TensorProto.Types.DataType Of(ScalarType type, string what) => type switch
    {
        ScalarType.Float32 => TensorProto.Types.DataType.Float,
        ScalarType.Float64 => TensorProto.Types.DataType.Double,
        ScalarType.Float16 => TensorProto.Types.DataType.Float16,
        ScalarType.Int64 => TensorProto.Types.DataType.Int64,
        ScalarType.Int32 => TensorProto.Types.DataType.Int32,
        ScalarType.Int16 => TensorProto.Types.DataType.Int16,
        ScalarType.Int8 => TensorProto.Types.DataType.Int8,
        ScalarType.Byte => TensorProto.Types.DataType.Uint8,
        ScalarType.Bool => TensorProto.Types.DataType.Bool,
        _ => throw new NotSupportedException($"{what} is {type}; ONNX Runtime computes with Float32, and mostly with Float64 and Float16. Convert the module first, for example with module.to(ScalarType.Float32)."),
    };
}
