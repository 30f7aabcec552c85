using System.Collections.Immutable;
using PruneSharp.Kernels;

namespace PruneSharp.Native;

/// <summary>What ONNX Runtime knows of the values of a graph.</summary>
internal sealed class ValueFacts
{
    /// <summary>The float32 constants.</summary>
    public Dictionary<string, LayerConstant> Constants { get; } = new(StringComparer.Ordinal);

    /// <summary>The shapes that are known.</summary>
    public Dictionary<string, ImmutableArray<long>> Shapes { get; } = new(StringComparer.Ordinal);

    /// <summary>The values that are float32.</summary>
    public HashSet<string> Floats { get; } = new(StringComparer.Ordinal);
}
