using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Names that sub-graphs of a node take from the graph around it.</summary>
internal static class Captured
{
    /// <summary>Names used inside the node's sub-graphs and not made there; may hold names that are not of the graph around either.</summary>
    public static IEnumerable<string> By(NodeProto node) => node.Attribute
        .SelectMany(a => a.G is null ? a.Graphs : [a.G, .. a.Graphs]).SelectMany(From).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> From(GraphProto graph)
    {
        var own = graph.Input.Select(i => i.Name).Concat(graph.Initializer.Select(i => i.Name)).Concat(graph.Node.SelectMany(n => n.Output)).ToHashSet(StringComparer.Ordinal);
        return graph.Node.SelectMany(n => n.Input.Concat(By(n))).Concat(graph.Output.Select(o => o.Name)).Where(name => name.Length > 0 && !own.Contains(name));
    }
}
