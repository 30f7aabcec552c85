using System.Collections.Immutable;

namespace PruneSharp.Kernels;

/// <summary>A constant float32 tensor of a graph.</summary>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Values">Its values in row-major order; as many as the shape says.</param>
public sealed record LayerConstant(ImmutableArray<long> Shape, ReadOnlyMemory<float> Values);
