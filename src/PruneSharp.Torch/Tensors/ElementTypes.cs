using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>TorchSharp's names for the core's element types.</summary>
internal static class ElementTypes
{
    /// <summary>The core's type; null for a type whose weights are not pruned.</summary>
    public static ElementType? Of(ScalarType type) => type switch
    {
        ScalarType.Float32 => ElementType.Float32,
        ScalarType.Float64 => ElementType.Float64,
        ScalarType.Float16 => ElementType.Float16,
        ScalarType.BFloat16 => ElementType.BFloat16,
        _ => null,
    };
}
