using System.Collections.Immutable;

namespace PruneSharp.Kernels;

/// <summary>The parts of a graph that the sparse engine takes over.</summary>
/// <param name="Regions">For each region the positions of its nodes in the graph, ascending. Each region can be replaced by one node without making a cycle.</param>
/// <param name="Layers">What was decided about every layer with constant weights, in graph order.</param>
public sealed record RegionPlan(ImmutableArray<ImmutableArray<int>> Regions, ImmutableArray<LayerDecision> Layers)
{
    /// <summary>The plan that takes nothing over and says nothing.</summary>
    public static RegionPlan Nothing { get; } = new([], []);

    /// <summary>The same without a region; its layers are left.</summary>
    /// <param name="graph">The graph of the plan.</param>
    /// <param name="region">One of <see cref="Regions"/>.</param>
    /// <param name="reason">Why, half a sentence.</param>
    public RegionPlan Without(LayerGraph graph, ImmutableArray<int> region, string reason)
    {
        ArgumentNullException.ThrowIfNull(graph);
        HashSet<string> left = [.. region.Select(node => graph.Nodes[node].Title)];
        return new(Regions.Remove(region), [.. Layers.Select(layer => left.Contains(layer.Node) ? layer with { Claimed = false, Format = "", Reason = reason } : layer)]);
    }
}
