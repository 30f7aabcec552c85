namespace PruneSharp.Onnx;

/// <summary>Concat, and QLinearConcat whose values stand at every third input.</summary>
/// <param name="first">Position of the first value.</param>
/// <param name="step">Distance to the next.</param>
internal sealed class ConcatRule(int first = 0, int step = 1) : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Output(0) is not { Rank: > 0 } y)
            return "its shapes do not match";
        int joined = GraphNode.Axis(node.Int("axis", 1), y.Rank), offset = 0;
        GraphTensor?[] values = [.. node.Inputs.Where((_, i) => i >= first && (i - first) % step == 0)];
        if (joined < 0 || joined >= y.Rank || values.Any(v => v is null || v.Rank != y.Rank) || values.Sum(v => (long)v!.Dims![joined]) != y.Dims![joined])
            return "its shapes do not match";
        foreach (var x in values)
        {
            for (int axis = 0; axis < y.Rank; axis++)
                if (axis != joined)
                    coupling.Same(x!, axis, y, axis);
            for (int i = 0; i < x!.Dims![joined]; i++)
                coupling.Same(x, joined, i, y, joined, offset + i);
            offset += x.Dims[joined];
        }

        return null;
    }
}
