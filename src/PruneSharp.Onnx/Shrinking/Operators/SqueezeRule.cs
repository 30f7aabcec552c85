namespace PruneSharp.Onnx;

/// <summary>Squeeze and Unsqueeze: axes of size 1 come and go, the others keep their order.</summary>
internal sealed class SqueezeRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { } x || node.Output(0) is not { } y)
            return "its shapes do not match";
        var (longer, shorter) = node.Op == "Squeeze" ? (x, y) : (y, x);
        var given = node.Ints("axes", 1);
        if (given is null && (node.Op == "Unsqueeze" || node.Input(1) is not null))
            return "its axes depend on the input";
        int[] singles = given is null ? [.. Enumerable.Range(0, longer.Rank).Where(axis => longer.Dims![axis] == 1)] : [.. given.Select(axis => GraphNode.Axis(axis, longer.Rank))];
        int[] rest = [.. Enumerable.Range(0, longer.Rank).Except(singles)];
        if (rest.Length != shorter.Rank || singles.Any(axis => axis < 0 || axis >= longer.Rank))
            return "its axes do not match its shapes";
        if (given is null && rest.Any(axis => longer.Dynamic[axis]))
            return "which axes it drops depends on the input";
        for (int axis = 0; axis < rest.Length; axis++)
            coupling.Same(longer, rest[axis], shorter, axis);
        // Where no axes are named, an axis that became 1 would go too.
        if (given is null)
            coupling.PinAxes(longer, rest, "which axes are dropped depends on their sizes");
        coupling.PinAxes(longer, singles, "axis of size 1");
        return null;
    }
}
