namespace PruneSharp.Onnx;

/// <summary>Transpose: axes change places.</summary>
internal sealed class TransposeRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { } x || node.Output(0) is not { } y || y.Rank != x.Rank)
            return "its shapes do not match";
        long[] order = node.Ints("perm") is { Count: > 0 } given ? [.. given] : [.. Enumerable.Range(0, x.Rank).Reverse().Select(axis => (long)axis)];
        if (!order.Order().SequenceEqual(Enumerable.Range(0, x.Rank).Select(axis => (long)axis)))
            return "its order is no permutation";
        for (int axis = 0; axis < y.Rank; axis++)
            coupling.Same(x, (int)order[axis], y, axis);
        return null;
    }
}
