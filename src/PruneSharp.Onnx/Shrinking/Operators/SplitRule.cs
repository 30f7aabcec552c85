namespace PruneSharp.Onnx;

/// <summary>Split: the mirror of Concat. Its sizes become the numbers of indices that are kept.</summary>
internal sealed class SplitRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { Rank: > 0 } x)
            return "its shapes do not match";
        int cut = GraphNode.Axis(node.Int("axis", 0), x.Rank), offset = 0;
        if (cut < 0 || cut >= x.Rank || node.Outputs.Any(y => y is null || y.Rank != x.Rank) || node.Outputs.Sum(y => (long)y!.Dims![cut]) != x.Dims![cut])
            return "its shapes do not match";
        foreach (var y in node.Outputs)
        {
            for (int axis = 0; axis < x.Rank; axis++)
                if (axis != cut)
                    coupling.Same(x, axis, y!, axis);
            for (int i = 0; i < y!.Dims![cut]; i++)
                coupling.Same(x, cut, offset + i, y, cut, i);
            offset += y.Dims[cut];
        }

        return null;
    }

    public override void Rewrite(GraphNode node, Rewriting rewriting)
    {
        int cut = GraphNode.Axis(node.Int("axis", 0), node.Input(0)!.Rank);
        if (!rewriting.Changed(node.Input(0)!, cut))
            return;
        long[] sizes = [.. node.Outputs.Select(y => rewriting.Size(y!, cut))];
        if (rewriting.Opset < 13)
        {
            rewriting.SetInts(node, "split", sizes);
            return;
        }

        rewriting.Remove(node, "num_outputs");
        rewriting.SetInput(node, 1, sizes);
    }
}
