using Microsoft.ML.OnnxRuntime.Tensors;

namespace PruneSharp.OnnxRuntime;

/// <summary>Weight types in ONNX Runtime's words.</summary>
internal static class OrtTypes
{
    public static TensorElementType Of(ElementType type) => type switch
    {
        ElementType.Float32 => TensorElementType.Float,
        ElementType.Float64 => TensorElementType.Double,
        ElementType.Float16 => TensorElementType.Float16,
        _ => TensorElementType.BFloat16,
    };
}
