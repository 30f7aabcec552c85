using System.Collections.Immutable;

namespace PruneSharp.Kernels;

/// <summary>Cuts regions out of graphs.</summary>
public static class LayerGraphs
{
    /// <summary>The part of a graph that some of its nodes make up; its inputs and outputs are in the order of their first use and of the nodes that make them.</summary>
    /// <param name="graph">The whole.</param>
    /// <param name="nodes">Positions of nodes, ascending.</param>
    public static LayerGraph Part(this LayerGraph graph, IReadOnlyList<int> nodes)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(nodes);
        HashSet<int> inside = [.. nodes];
        HashSet<string> made = [.. nodes.SelectMany(index => graph.Nodes[index].Outputs)];
        HashSet<string> read = [.. nodes.SelectMany(index => graph.Nodes[index].Inputs).Where(input => input.Length > 0)];
        HashSet<string> readOutside = [.. graph.Outputs];
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            if (!inside.Contains(i)) readOutside.UnionWith(graph.Nodes[i].Inputs);
        }

        ImmutableArray<LayerNode> part = [.. nodes.Select(index => graph.Nodes[index])];
        return new LayerGraph
        {
            Nodes = part,
            Inputs = [.. part.SelectMany(node => node.Inputs).Where(input => input.Length > 0 && !made.Contains(input) && !graph.Constants.ContainsKey(input)).Distinct()],
            Outputs = [.. part.SelectMany(node => node.Outputs).Where(output => output.Length > 0 && readOutside.Contains(output))],
            Constants = graph.Constants.Where(constant => read.Contains(constant.Key)).ToDictionary(),
            Shapes = graph.Shapes.Where(shape => made.Contains(shape.Key) || read.Contains(shape.Key)).ToDictionary(),
            Floats = graph.Floats,
        };
    }
}
