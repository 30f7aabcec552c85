using System.Collections.Immutable;

namespace PruneSharp.Kernels;

/// <summary>An operator that stands for one node of a graph, or for several that make one function.</summary>
/// <param name="Node">The operator.</param>
/// <param name="Originals">The positions of the nodes it stands for, ascending.</param>
internal sealed record SimpleNode(LayerNode Node, ImmutableArray<int> Originals);
