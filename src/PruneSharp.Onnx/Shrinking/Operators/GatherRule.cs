namespace PruneSharp.Onnx;

/// <summary>Gather: with constant one-dimensional indices a permutation or choice of the axis, else a table whose rows stay.</summary>
internal sealed class GatherRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { Rank: > 0 } x || node.Input(1) is not { } indices || node.Output(0) is not { } y || y.Rank != x.Rank - 1 + indices.Rank)
            return "its shapes do not match";
        int taken = GraphNode.Axis(node.Int("axis", 0), x.Rank);
        for (int axis = 0; axis < x.Rank; axis++)
            if (axis != taken)
                coupling.Same(x, axis, y, axis < taken ? axis : axis - 1 + indices.Rank);
        if (indices is { Rank: 1, IsConstant: true, Integers: { } order } && order.All(i => i >= -x.Dims![taken] && i < x.Dims[taken]))
        {
            for (int i = 0; i < order.Count; i++)
                coupling.Same(x, taken, GraphNode.Axis(order[i], x.Dims![taken]), y, taken, i);
            return null;
        }

        coupling.Pin(x, taken, "rows of a table");
        for (int axis = 0; axis < indices.Rank; axis++)
            coupling.Same(indices, axis, y, taken + axis);
        return null;
    }

    public override void Rewrite(GraphNode node, Rewriting rewriting)
    {
        var x = node.Input(0)!;
        var y = node.Output(0)!;
        int taken = GraphNode.Axis(node.Int("axis", 0), x.Rank);
        if (node.Input(1) is not { Rank: 1, IsConstant: true, Integers: { } order } indices || !(rewriting.Changed(x, taken) || rewriting.Changed(y, taken)))
            return;
        var kept = rewriting.Kept(x, taken);
        rewriting.SetInput(node, 1, [.. rewriting.Kept(y, taken).Select(i => (long)kept.IndexOf(GraphNode.Axis(order[i], x.Dims![taken])))], indices.Stored!.Proto.DataType);
    }
}
