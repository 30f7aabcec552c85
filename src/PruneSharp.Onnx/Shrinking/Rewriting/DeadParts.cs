
namespace PruneSharp.Onnx;

/// <summary>Takes out nodes and constants that nothing needs any more; those that nothing needed before stay.</summary>
internal static class DeadParts
{
    /// <summary>Adds the removals.</summary>
    public static void Remove(ShrinkGraph graph, ModelEdits edits)
    {
        var before = Needed(graph, node => node.Proto.Input);
        var after = Needed(graph, node => edits.Nodes.TryGetValue(node.Proto, out var change)
            ? change.NewInputs(node.Proto).Concat(change.Before.SelectMany(b => b.Input)).Concat(change.Behind.SelectMany(b => b.Input))
            : node.Proto.Input);
        foreach (var node in graph.Nodes.Where(n => Alive(n, before) && !Alive(n, after)))
            edits.Of(node.Proto).Removes = true;
        foreach (var tensor in graph.Tensors.Where(t => t.IsConstant && before.Contains(t.Name) && !after.Contains(t.Name)))
            if (!edits.Constants.TryGetValue(tensor.Stored!, out var payload) || payload is not null)
                edits.Remove(tensor.Stored!);
    }

    private static bool Alive(GraphNode node, HashSet<string> needed) => node.Proto.Output.Any(needed.Contains);

    private static HashSet<string> Needed(ShrinkGraph graph, Func<GraphNode, IEnumerable<string>> inputs)
    {
        HashSet<string> needed = [.. graph.Fixed.Select(f => f.Tensor.Name)];
        foreach (var node in graph.Nodes.Reverse().Where(n => Alive(n, needed)))
            needed.UnionWith(inputs(node).Where(name => name.Length > 0));
        return needed;
    }
}
