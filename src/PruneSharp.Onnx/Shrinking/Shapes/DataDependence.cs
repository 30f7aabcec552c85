using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Which tensors' values depend on the values of the model's inputs, or on chance, and not only on constants and shapes.</summary>
internal static class DataDependence
{
    /// <summary>
    /// Their names in the main graph. Nodes with sub-graphs count as dependent, and so does what lies on a cycle, and the shape of a tensor whose size depends on data.
    /// </summary>
    public static IReadOnlySet<string> Of(GraphProto graph, IReadOnlyDictionary<string, ObservedTensor> constants)
    {
        HashSet<string> inputs = [.. graph.Input.Select(i => i.Name)], values = [.. constants.Keys], shapes = [.. constants.Keys, .. inputs];
        foreach (var node in NodeOrder.Of(graph.Node))
        {
            bool whole = node.Attribute.All(a => a.G is null && a.Graphs.Count == 0) && !IsChance(node);
            bool known = whole && node.Input.All(i => i.Length == 0 || values.Contains(i));
            bool sized = known || (whole && node.Input.All(i => i.Length == 0 || shapes.Contains(i)) && SizeInputs(node).All(i => i.Length == 0 || values.Contains(i)));
            if (known || (sized && node.OpType is "Shape" or "Size"))
                values.UnionWith(node.Output);
            if (sized)
                shapes.UnionWith(node.Output);
        }

        return inputs.Concat(graph.Node.SelectMany(n => n.Output)).Where(name => !values.Contains(name)).ToHashSet(StringComparer.Ordinal);
    }

    private static bool IsChance(NodeProto node) => node.OpType.StartsWith("Random", StringComparison.Ordinal) || node.OpType is "Bernoulli" or "Multinomial";

    // The inputs whose values decide the size of an output: all of them where the operator is not one that is known.
    private static IEnumerable<string> SizeInputs(NodeProto node) => node.OpType switch
    {
        "Reshape" or "Expand" or "Tile" or "Slice" or "Pad" or "Resize" or "Upsample" or "TopK" or "OneHot" or "Split" or "Squeeze" or "Unsqueeze" => node.Input.Skip(1),
        _ when node.OpType.StartsWith("Reduce", StringComparison.Ordinal) => node.Input.Skip(1),
        "ConstantOfShape" or "Range" => node.Input,
        _ when ShapeRules.Contains(node) => [],
        _ => node.Input,
    };
}
