using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime;

/// <summary>
/// Finds the node of a model from which a node of ONNX Runtime's optimised graph was made, by the names that its rewrites give (1.31).
/// Which rewrites happen depends on channel counts and the processor, so a dense and a shrunk model are compared by these.
/// </summary>
internal sealed class NodeOrigins
{
    private static readonly string[] Prefixes = ["fused "];
    private static readonly string[] Suffixes = ["/MatMulAddFusion", "/MatMulScaleFusion/"];

    // What a convolution in the NCHWc layout takes over before it is named after the tensor that it writes.
    private static readonly HashSet<string> Absorbed = ["BatchNormalization", "Relu", "LeakyRelu", "Clip", "Sigmoid", "Tanh", "HardSigmoid", "Mul", "Add", "Identity"];

    private readonly Dictionary<string, NodeProto> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeProto> _byOutput = new(StringComparer.Ordinal);

    /// <summary>Indexes the nodes of a model's main graph.</summary>
    public NodeOrigins(GraphProto graph)
    {
        foreach (var node in graph.Node)
        {
            if (node.Name.Length > 0)
                _byName.TryAdd(node.Name, node);
            foreach (string output in node.Output)
                _byOutput.TryAdd(output, node);
        }
    }

    /// <summary>The node, or null for what has none: changes of layout, helping reshapes, fused nodes that had no name.</summary>
    public NodeProto? Find(NodeTime node)
    {
        if (_byName.TryGetValue(node.Name, out var found))
            return found;
        if (Layout(node) is { } blocked)
            return blocked;
        foreach (string prefix in Prefixes)
        {
            if (node.Name.StartsWith(prefix, StringComparison.Ordinal) && _byName.TryGetValue(node.Name[prefix.Length..], out found))
                return found;
        }

        foreach (string suffix in Suffixes)
        {
            if (node.Name.EndsWith(suffix, StringComparison.Ordinal) && _byName.TryGetValue(node.Name[..^suffix.Length], out found))
                return found;
        }

        return null;
    }

    private NodeProto? Layout(NodeTime time)
    {
        const string suffix = "_nchwc";
        if (!time.Name.EndsWith(suffix, StringComparison.Ordinal) || !_byOutput.TryGetValue(time.Name[..^suffix.Length], out var node))
            return null;
        while (time.Operator == "Conv" && node.OpType != "Conv")
        {
            if (!Absorbed.Contains(node.OpType) || node.Input.Count == 0 || !_byOutput.TryGetValue(node.Input[0], out node))
                return null;
        }

        return node;
    }
}
