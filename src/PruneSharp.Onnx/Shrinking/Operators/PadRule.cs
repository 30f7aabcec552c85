namespace PruneSharp.Onnx;

/// <summary>Pad: axes that are not padded stay what they are.</summary>
internal sealed class PadRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { } x || node.Output(0) is not { } y || y.Rank != x.Rank)
            return "its shapes do not match";
        for (int axis = 0; axis < x.Rank; axis++)
        {
            // Equal sizes may also hide a cut on one side and a pad on the other.
            bool still = x.Dims![axis] == y.Dims![axis] && Pads(node, axis, x.Rank) is (0, 0);
            if (still)
            {
                coupling.Same(x, axis, y, axis);
                continue;
            }

            coupling.Pin(x, axis, "padded axis");
            coupling.Pin(y, axis, "padded axis");
        }

        return null;
    }

    private static (long, long)? Pads(GraphNode node, int axis, int rank)
    {
        if (node.Ints("pads", 1) is not { } pads)
            return null;
        int at = axis;
        if (node.Input(3) is { } axes)
        {
            if (axes.Integers is null)
                return null;
            at = Enumerable.Range(0, axes.Integers.Count).FirstOrDefault(i => GraphNode.Axis(axes.Integers[i], rank) == axis, -1);
        }

        return at < 0 ? (0, 0) : (pads.Count / 2) + at < pads.Count ? (pads[at], pads[(pads.Count / 2) + at]) : null;
    }
}
