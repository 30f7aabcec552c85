namespace PruneSharp.Onnx;

/// <summary>
/// MultiHeadAttention of ONNX Runtime and Attention of the standard on flat queries, keys and values [B, S, heads·size]. Whole heads go,
/// with as many queries to a key as before.
/// </summary>
/// <param name="heads">The attribute with the number of heads.</param>
/// <param name="keyHeads">The attribute with the number of key heads; null where it is the same.</param>
internal sealed class HeadsAttentionRule(string heads, string? keyHeads) : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        GraphTensor?[] flat = [node.Input(0), node.Input(1), node.Input(2), node.Output(0)];
        if (flat.Any(t => t is not { Rank: 3 }))
            return "its queries, keys and values are not flat";
        var bias = keyHeads is null && node.Input(3) is { Rank: 1 } given && given.Dims![0] == flat.Take(3).Sum(t => (long)t!.Dims![2]) ? given : null;
        if (node.Inputs.Skip(3).Any(i => i is not null && i != bias) || node.Outputs.Skip(1).Any(o => o is not null))
            return "it takes masks or states, which may be for each head";
        int count = (int)node.Int(heads, 0), keys = keyHeads is null ? count : (int)node.Int(keyHeads, 0);
        if (keys < 1 || flat.Any(t => t!.Dims![2] < 1) || count < keys || count % keys != 0 || flat.Where((t, i) => t!.Dims![2] % (i is 0 or 3 ? count : keys) != 0).Any())
            return "its heads do not match its widths";
        for (int i = 0; i < flat.Length; i++)
        {
            var tensor = flat[i]!;
            coupling.PinAxes(tensor, [0, 1], "batch and sequence axes");
            int group = tensor.Dims![2] / keys;
            for (int j = 0; j < tensor.Dims[2]; j++)
                coupling.Same(tensor, 2, j, flat[0]!, 2, j / group * (flat[0]!.Dims![2] / keys));
            coupling.Mark(tensor, 2, SlotFlags.Attention);
        }

        // ONNX Runtime's has one bias for queries, keys and values, one behind the other.
        for (int part = 0, offset = 0; bias is not null && part < 3; offset += flat[part++]!.Dims![2])
            for (int j = 0; j < flat[part]!.Dims![2]; j++)
                coupling.Same(bias, 0, offset + j, flat[part]!, 2, j);

        return null;
    }

    public override long Macs(GraphNode node, Func<GraphTensor, IReadOnlyList<long>> dims) =>
        (Product(dims(node.Input(0)!)) + Product(dims(node.Output(0)!))) * dims(node.Input(1)!)[1];

    public override void Rewrite(GraphNode node, Rewriting rewriting)
    {
        var query = node.Input(0)!;
        long count = node.Int(heads, 1), kept = rewriting.Size(query, 2) * count / query.Dims![2];
        rewriting.SetInt(node, heads, kept);
        if (keyHeads is not null)
            rewriting.SetInt(node, keyHeads, kept * node.Int(keyHeads, 1) / count);
    }
}
