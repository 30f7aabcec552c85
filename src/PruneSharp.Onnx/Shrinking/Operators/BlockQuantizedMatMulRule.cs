namespace PruneSharp.Onnx;

/// <summary>MatMulNBits: b [N, K / block, …] in blocks along K, scales and zero points for each block; K goes in whole blocks.</summary>
internal sealed class BlockQuantizedMatMulRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { Rank: > 0 } a || node.Input(1) is not { Rank: 3 } b || node.Output(0) is not { } y || y.Rank != a.Rank)
            return "its shapes do not match";
        int block = (int)node.Int("block_size", 32), k = a.Dims![^1], n = b.Dims![0], blocks = b.Dims[1];
        if (block < 1 || k % block != 0 || k / block != blocks || y.Dims![^1] != n)
            return "its blocks do not match its operands";
        if (node.Input(4) is not null)
            return "its groups are in an order of their own";
        for (int axis = 0; axis < a.Rank - 1; axis++)
            coupling.Same(a, axis, y, axis);
        coupling.Pin(b, 2, "inside of a block");
        coupling.Same(b, 0, y, y.Rank - 1);
        for (int i = 0; i < k; i++)
            coupling.Same(a, a.Rank - 1, i, b, 1, i / block);
        foreach (var scales in new[] { node.Input(2), node.Input(3) }.OfType<GraphTensor>())
        {
            if (scales.Rank != 2 || scales.Dims![0] != n)
                return "its scales or zero points do not match its blocks";
            coupling.Same(scales, 0, b, 0);
            if (scales.Dims[1] == blocks)
            {
                coupling.Same(scales, 1, b, 1);
                continue;
            }

            coupling.Pin(scales, 1, "its zero points are packed, several blocks to a byte");
            coupling.Pin(b, 1, "its zero points are packed, several blocks to a byte");
        }

        if (node.Input(5) is { } bias)
            coupling.Same(bias, 0, b, 0);
        coupling.Mark(a, a.Rank - 1, SlotFlags.Contracted);
        coupling.Sites.Add(new(ContractionKind.Product, node, 0, a.Rank - 1));
        return null;
    }

    public override long Macs(GraphNode node, Func<GraphTensor, IReadOnlyList<long>> dims) => Product(dims(node.Output(0)!)) * dims(node.Input(0)!)[^1];

    public override void Rewrite(GraphNode node, Rewriting rewriting)
    {
        rewriting.SetInt(node, "K", rewriting.Size(node.Input(0)!, node.Input(0)!.Rank - 1));
        rewriting.SetInt(node, "N", rewriting.Size(node.Input(1)!, 0));
    }
}
