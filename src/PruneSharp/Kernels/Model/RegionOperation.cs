using System.Collections.Immutable;

namespace PruneSharp.Kernels;

/// <summary>A step of a region after fusion: one value made from others.</summary>
/// <param name="Output">The name of the value it makes.</param>
/// <param name="Inputs">The names of the values it reads.</param>
internal abstract record RegionOperation(string Output, ImmutableArray<string> Inputs);
