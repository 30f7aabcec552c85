namespace PruneSharp.Onnx;

/// <summary>
/// ONNX Runtime's Attention: x [B, S, D], weights [D, 3·heads·size], bias [3·heads·size], y [B, S, heads·size]. Whole heads go.
/// </summary>
internal sealed class AttentionRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { Rank: 3 } x || node.Input(1) is not { Rank: 2 } w || node.Output(0) is not { Rank: 3 } y)
            return "its shapes do not match";
        int heads = (int)node.Int("num_heads", 0), width = y.Dims![2];
        if (heads < 1 || width < 1 || width % heads != 0 || w.Dims![1] != 3 * width || node.Has("qkv_hidden_sizes") || node.Outputs.Skip(1).Any(o => o is not null))
            return "its queries, keys and values differ in width, or its state is used";
        if (node.Inputs.Skip(3).Any(i => i is not null) || node.Int("do_rotary", 0) != 0)
            return "it takes masks or states, which may be for each head";
        coupling.PinAxes(x, [0, 1], "batch and sequence axes");
        coupling.PinAxes(y, [0, 1], "batch and sequence axes");
        coupling.Same(x, 2, w, 0);
        coupling.Contract(0, 2, 1, 0);
        int size = width / heads;
        for (int i = 0; i < width; i++)
        {
            coupling.Same(y, 2, i, y, 2, i / size * size);
            for (int part = 0; part < 3; part++)
            {
                coupling.Same(w, 1, (part * width) + i, y, 2, i);
                if (node.Input(2) is { Rank: 1 } bias)
                    coupling.Same(bias, 0, (part * width) + i, y, 2, i);
            }
        }

        coupling.Mark(y, 2, SlotFlags.Attention);
        return null;
    }

    public override long Macs(GraphNode node, Func<GraphTensor, IReadOnlyList<long>> dims)
    {
        var x = dims(node.Input(0)!);
        return (x[0] * x[1] * Product(dims(node.Input(1)!))) + (2 * x[1] * Product(dims(node.Output(0)!)));
    }

    public override void Rewrite(GraphNode node, Rewriting rewriting)
    {
        var y = node.Output(0)!;
        long heads = node.Int("num_heads", 1), kept = rewriting.Size(y, 2) / (y.Dims![2] / heads);
        rewriting.SetInt(node, "num_heads", kept);
    }
}
