namespace PruneSharp.Onnx;

/// <summary>Operators that keep the shape and mix the indices of some axes: Softmax, CumSum, Trilu.</summary>
/// <param name="axes">The axes that are mixed, of a node in a version of the operators.</param>
internal sealed class AxisFixedRule(Func<GraphNode, long, IEnumerable<int>?> axes) : OperatorRule
{
    /// <summary>Softmax and its kin; before version 13 all axes from the named one on were taken as one.</summary>
    public static AxisFixedRule Softmax { get; } = new((node, opset) =>
    {
        int rank = node.Input(0)!.Rank, axis = GraphNode.Axis(node.Int("axis", opset < 13 ? 1 : -1), rank);
        return Enumerable.Range(axis, opset < 13 ? Math.Max(0, rank - axis) : 1);
    });

    /// <summary>CumSum, whose axis is an input.</summary>
    public static AxisFixedRule CumSum { get; } = new((node, _) => node.Input(1)?.Integers is [var axis] ? [GraphNode.Axis(axis, node.Input(0)!.Rank)] : null);

    /// <summary>Trilu works on matrices of the last two axes.</summary>
    public static AxisFixedRule Trilu { get; } = new((node, _) => [node.Input(0)!.Rank - 2, node.Input(0)!.Rank - 1]);

    /// <summary>LpNormalization and LRN, over one axis.</summary>
    public static AxisFixedRule OneAxis(long otherwise) => new((node, _) => [GraphNode.Axis(node.Int("axis", otherwise), node.Input(0)!.Rank)]);

    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { } x || node.Output(0) is not { } y || y.Rank != x.Rank || axes(node, coupling.Opset) is not { } mixed)
            return "its axes are not known";
        var named = mixed.ToHashSet();
        if (named.Any(axis => axis < 0 || axis >= x.Rank))
            return "its axes are none of its input's";
        coupling.Same(x, y);
        coupling.PinAxes(x, named, $"{node.Op} over the axis");
        return null;
    }
}
