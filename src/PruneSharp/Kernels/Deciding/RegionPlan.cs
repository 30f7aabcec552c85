using System.Collections.Immutable;

namespace PruneSharp.Kernels;

/// <summary>The parts of a graph that the sparse engine takes over.</summary>
/// <param name="Regions">For each region the positions of its nodes in the graph, ascending. Each region can be replaced by one node without making a cycle.</param>
/// <param name="Layers">What was decided about every layer with constant weights, in graph order.</param>
public sealed record RegionPlan(ImmutableArray<ImmutableArray<int>> Regions, ImmutableArray<LayerDecision> Layers);
