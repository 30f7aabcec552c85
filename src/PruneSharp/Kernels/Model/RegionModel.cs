using System.Collections.Immutable;

namespace PruneSharp.Kernels;

/// <summary>A region after fusion.</summary>
/// <param name="IsMatrix">Whether its values are matrices [rows, channels] (any leading axes count as rows), rather than images [batch, channels, height, width].</param>
/// <param name="Operations">What is done, each after those whose values it reads.</param>
/// <param name="Inputs">The values that come from outside.</param>
/// <param name="Outputs">The values that are read outside.</param>
internal sealed record RegionModel(bool IsMatrix, ImmutableArray<RegionOperation> Operations, ImmutableArray<string> Inputs, ImmutableArray<string> Outputs);
