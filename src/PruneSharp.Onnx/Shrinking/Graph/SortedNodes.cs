using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Nodes of a sound graph in an order in which each comes after those that it needs.</summary>
internal static class SortedNodes
{
    /// <summary>Sorts nodes; those that are sorted already keep their order.</summary>
    /// <param name="model">The model, for errors.</param>
    /// <param name="nodes">The nodes of one graph.</param>
    /// <param name="given">Names of inputs and constants.</param>
    /// <exception cref="InvalidModelException">A value has no producer, or nodes need each other.</exception>
    public static IReadOnlyList<NodeProto> Of(OnnxModel model, IEnumerable<NodeProto> nodes, IReadOnlyCollection<string> given)
    {
        NodeProto[] all = [.. nodes];
        HashSet<string> known = [.. given];
        foreach (string output in all.SelectMany(node => node.Output).Where(o => o.Length > 0))
            if (!known.Add(output))
                throw new InvalidModelException(model.Name, $"{output} is computed twice.");
        foreach (var node in all)
            if (node.Input.FirstOrDefault(input => input.Length > 0 && !known.Contains(input)) is { } missing)
                throw new InvalidModelException(model.Name, $"node {Name(node)} needs {missing}, which nothing computes.");
        var sorted = NodeOrder.Of(all);
        return sorted.Count == all.Length
            ? sorted
            : throw new InvalidModelException(model.Name, $"its nodes need each other in a circle; one of them is {Name(all.First(node => !sorted.Any(other => ReferenceEquals(other, node))))}.");
    }

    private static string Name(NodeProto node) => node.Name.Length > 0 ? node.Name : $"{node.OpType} that computes {node.Output.FirstOrDefault()}";
}
