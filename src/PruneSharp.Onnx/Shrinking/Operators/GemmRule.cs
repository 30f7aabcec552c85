namespace PruneSharp.Onnx;

/// <summary>Gemm and FusedGemm: y [M, N] = a [M, K] · b [K, N] + c, either operand transposed.</summary>
internal sealed class GemmRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { Rank: 2 } a || node.Input(1) is not { Rank: 2 } b || node.Output(0) is not { Rank: 2 } y)
            return "its operands are no matrices";
        int k = InnerAxis(node), l = node.Int("transB", 0) != 0 ? 1 : 0;
        coupling.Same(a, k, b, l);
        coupling.Same(a, 1 - k, y, 0);
        coupling.Same(b, 1 - l, y, 1);
        coupling.Contract(0, k, 1, l);
        return node.Input(2) is { } c ? BroadcastRule.Couple(coupling, y, [c]) : null;
    }

    public override long Macs(GraphNode node, Func<GraphTensor, IReadOnlyList<long>> dims) =>
        Product(dims(node.Output(0)!)) * dims(node.Input(0)!)[InnerAxis(node)];

    private static int InnerAxis(GraphNode node) => node.Int("transA", 0) != 0 ? 0 : 1;
}
