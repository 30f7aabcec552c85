namespace PruneSharp.Onnx;

/// <summary>Reductions over axes given as an attribute or an input.</summary>
/// <param name="kind">What is taken over the axes; null where slots of them can never go.</param>
internal sealed class ReduceRule(ContractionKind? kind) : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { } x || node.Output(0) is not { } y)
            return "its shapes do not match";
        if (node.Input(1) is { Integers: null })
            return "its axes depend on the input";
        IReadOnlyList<long>? given = node.Op is "ArgMax" or "ArgMin" ? [node.Int("axis", 0)] : node.Ints("axes", 1);
        var axes = (given ?? []).Select(axis => GraphNode.Axis(axis, x.Rank)).ToHashSet();
        if (axes.Count == 0 && node.Int("noop_with_empty_axes", 0) == 0)
            axes = [.. Enumerable.Range(0, x.Rank)];
        bool keeps = node.Int("keepdims", 1) != 0;
        if (axes.Any(axis => axis < 0 || axis >= x.Rank) || y.Rank != (keeps ? x.Rank : x.Rank - axes.Count))
            return "its axes do not match its shapes";
        for (int axis = 0, to = 0; axis < x.Rank; axis++)
        {
            if (!axes.Contains(axis))
                coupling.Same(x, axis, y, to++);
            else if (kind is { } taken)
                coupling.Contract(taken, 0, axis);
            else
                coupling.Pin(x, axis, $"{node.Op} over the axis");
            if (axes.Contains(axis) && keeps)
                coupling.Pin(y, to++, "one value for all indices");
        }

        return null;
    }
}
