using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>What a dtype is called in each kind of file.</summary>
/// <param name="Scalar">The dtype in TorchSharp.</param>
/// <param name="Safetensors">In safetensors files; null where they lack it.</param>
/// <param name="PyTorch">In files of <c>torch.save</c>.</param>
internal sealed record StateType(ScalarType Scalar, SafetensorsType? Safetensors, PyTorchType PyTorch)
{
    private static readonly StateType[] _all =
    [
        Of(ScalarType.Float32, "F32", "float32"), Of(ScalarType.Float64, "F64", "float64"), Of(ScalarType.Float16, "F16", "float16"),
        Of(ScalarType.BFloat16, "BF16", "bfloat16"), Of(ScalarType.Int64, "I64", "int64"), Of(ScalarType.Int32, "I32", "int32"),
        Of(ScalarType.Int16, "I16", "int16"), Of(ScalarType.Int8, "I8", "int8"), Of(ScalarType.Byte, "U8", "uint8"),
        Of(ScalarType.Bool, "BOOL", "bool"), Of(ScalarType.ComplexFloat32, null, "complex64"), Of(ScalarType.ComplexFloat64, null, "complex128"),
    ];

    /// <summary>The row of a dtype; null for quantized ones.</summary>
    public static StateType? Find(ScalarType type) => _all.FirstOrDefault(t => t.Scalar == type);

    /// <summary>The row of a safetensors type; null where TorchSharp lacks it.</summary>
    public static StateType? Find(SafetensorsType type) => _all.FirstOrDefault(t => t.Safetensors == type);

    /// <summary>The row of a PyTorch type.</summary>
    public static StateType? Find(PyTorchType type) => _all.FirstOrDefault(t => t.PyTorch == type);

    private static StateType Of(ScalarType scalar, string? safetensors, string pyTorch) =>
        new(scalar, safetensors is null ? null : SafetensorsType.Find(safetensors), PyTorchType.Find(pyTorch)!);
}
