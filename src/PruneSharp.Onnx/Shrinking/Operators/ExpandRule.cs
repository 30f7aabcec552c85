namespace PruneSharp.Onnx;

/// <summary>Expand: axes of equal size are the same, others repeat one value and can have any size.</summary>
internal sealed class ExpandRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling) => node.Input(0) is { } x && node.Output(0) is { } y
        ? BroadcastRule.Couple(coupling, y, [x])
        : "its shapes do not match";

    public override void Rewrite(GraphNode node, Rewriting rewriting)
    {
        var y = node.Output(0)!;
        var x = node.Input(0)!;
        if (node.Input(1) is not { Dims: [var rank] } shape)
            return;
        // The shape may leave out leading axes, and say 1 where the input has the size.
        rewriting.Require(node, 1, sample => [.. rewriting.Dims(y, sample).Skip(y.Rank - rank)], (values, sample) =>
        {
            var required = rewriting.Dims(y, sample);
            var given = rewriting.Dims(x, sample);
            for (int axis = 0; axis < y.Rank; axis++)
            {
                int fromEnd = y.Rank - axis;
                long asked = fromEnd <= values.Count ? values[^fromEnd] : 1, has = fromEnd <= given.Count ? given[^fromEnd]!.Value : 1;
                if (Math.Max(asked, has) != required[axis] || (asked != has && Math.Min(asked, has) != 1))
                    return false;
            }

            return shape.Dims is not null;
        });
    }
}
