namespace PruneSharp.Onnx;

/// <summary>Turns weights into inputs of the graph, so that one loaded model can be run with many variants of them.</summary>
public static class WeightInputs
{
    /// <summary>Whether a weight can become an input: it stands in the main graph, not in a sub-graph or function.</summary>
    public static bool CanBeInput(OnnxModel model, ModelWeight weight) => Field(model, weight) is not null;

    /// <summary>
    /// The model file with the given weights removed and declared as required inputs under <see cref="ModelWeight.ValueName"/>, with their stored
    /// type and shape. Everything else keeps its bytes.
    /// </summary>
    /// <exception cref="ArgumentException">A weight fails <see cref="CanBeInput"/>.</exception>
    /// <exception cref="InvalidModelException">The result would not fit into memory (2 GiB).</exception>
    public static byte[] Promote(OnnxModel model, IEnumerable<ModelWeight> weights)
    {
        var graph = model.Places[model.Proto.Graph];
        var declared = model.Proto.Graph.Input.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        var edits = new List<WireEdit>();
        foreach (var weight in weights)
        {
            var field = Field(model, weight) ?? throw new ArgumentException($"{weight.Name} stands in a sub-graph or function and cannot be an input.", nameof(weights));
            edits.Add(WireEdit.Removing(field));
            if (declared.Add(weight.ValueName))
                edits.Add(WireEdit.Of(graph, graph.End, 0, ValueDeclaration.Input(weight.ValueName, weight.Stored.Proto.DataType, weight.Shape)));
        }

        return WireSplice.ToArray(model, edits);
    }

    // The initializer itself, or the whole Constant node around the tensor.
    private static WireMessage? Field(OnnxModel model, ModelWeight weight)
    {
        var graph = model.Places[model.Proto.Graph];
        var tensor = weight.Stored.Message;
        if (tensor.Parent == graph)
            return tensor;
        return tensor.Parent?.Parent is { } node && node.Parent == graph ? node : null;
    }
}
