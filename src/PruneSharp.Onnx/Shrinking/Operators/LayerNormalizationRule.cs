namespace PruneSharp.Onnx;

/// <summary>LayerNormalization, RMSNormalization and SimplifiedLayerNormalization over the axes from <c>axis</c> on.</summary>
internal sealed class LayerNormalizationRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { Rank: > 0 } x || node.Output(0) is not { } y || y.Rank != x.Rank)
            return "its shapes do not match";
        if (node.Outputs.Count(o => o is not null) > 1)
            return "its statistics are used";
        int first = GraphNode.Axis(node.Int("axis", -1), x.Rank);
        if (first < 0 || first >= x.Rank)
            return "its axis is none of its input's";
        coupling.Same(x, y);
        for (int axis = first; axis < x.Rank; axis++)
            coupling.Contract(ContractionKind.Normalization, 0, axis);
        return BroadcastRule.Couple(coupling, y, node.Inputs.Skip(1).OfType<GraphTensor>());
    }
}
