namespace PruneSharp.Onnx;

/// <summary>DynamicQuantizeLinear: one scale from the range of all values and 0. What is masked is 0, so that it leaves the range as it is when it goes.</summary>
internal sealed class DynamicQuantizeRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { } x || node.Output(0) is not { } y || y.Rank != x.Rank)
            return "its shapes do not match";
        coupling.Same(x, y);
        for (int axis = 0; axis < x.Rank; axis++)
            coupling.Contract(ContractionKind.Sum, 0, axis);
        return null;
    }
}
