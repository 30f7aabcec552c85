namespace PruneSharp.Onnx;

/// <summary>GroupNormalization: whole groups go, so that no statistics change. Parameters are for each group (opset 18) or channel (21).</summary>
internal sealed class GroupNormalizationRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { Rank: > 2 } x || node.Output(0) is not { } y || y.Rank != x.Rank)
            return "its shapes do not match";
        int groups = (int)node.Int("num_groups", 0), channels = x.Dims![1];
        if (groups < 1 || channels < 1 || channels % groups != 0)
            return $"{channels} channels do not divide into {groups} groups";
        coupling.Same(x, y);
        int size = channels / groups;
        for (int i = 0; i < channels; i++)
            coupling.Same(x, 1, i, x, 1, i / size * size);
        foreach (var vector in node.Inputs.Skip(1).OfType<GraphTensor>())
            for (int i = 0; i < channels; i++)
                coupling.Same(x, 1, i, vector, 0, vector.Dims![0] == channels ? i : i / size);
        return null;
    }

    public override void Rewrite(GraphNode node, Rewriting rewriting)
    {
        var x = node.Input(0)!;
        long groups = node.Int("num_groups", 1);
        rewriting.SetInt(node, "num_groups", rewriting.Size(x, 1) / (x.Dims![1] / groups));
    }
}
