namespace PruneSharp.Onnx;

/// <summary>QuantizeLinear and DequantizeLinear with one scale, or one for each index of an axis.</summary>
internal sealed class QuantizeRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { } x || node.Output(0) is not { } y || y.Rank != x.Rank)
            return "its shapes do not match";
        coupling.Same(x, y);
        int axis = GraphNode.Axis(node.Int("axis", 1), x.Rank);
        foreach (var vector in node.Inputs.Skip(1).OfType<GraphTensor>().Where(v => v.Dims!.Any(dim => dim != 1)))
        {
            if (vector.Rank == 1 && axis >= 0 && axis < x.Rank && vector.Dims![0] == x.Dims![axis])
                coupling.Same(vector, 0, x, axis);
            else
                return "its scales are for blocks";
        }

        return null;
    }
}
