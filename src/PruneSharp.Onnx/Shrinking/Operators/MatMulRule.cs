namespace PruneSharp.Onnx;

/// <summary>MatMul of any rank and its fused, integer and quantised forms.</summary>
/// <param name="b">Position of the second operand.</param>
/// <param name="perOutput">Positions of inputs with one value a column of the second operand, or one for all.</param>
/// <param name="ranged">Whether the first operand is quantised by its own range, so that it is where zeros stand for what goes.</param>
internal sealed class MatMulRule(int b, int[] perOutput, bool ranged = false) : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { Rank: > 0 } first || node.Input(b) is not { Rank: > 0 } second || node.Output(0) is not { } y)
            return "its shapes do not match";
        if (node.Int("transBatchA", 0) != 0 || node.Int("transBatchB", 0) != 0)
            return "its batch axes are transposed";
        int k = Inner(first.Rank, node.Int("transA", 0) != 0), l = second.Rank == 1 ? 0 : second.Rank - (node.Int("transB", 0) != 0 ? 1 : 2);
        // One value a row, or weights and scales in a stack, have axes that nothing here follows.
        if (node.Inputs.Where((t, i) => i != 0 && i != b && t is not null && t.Dims!.Any(dim => dim != 1)).Any(t => !perOutput.Select(node.Input).Contains(t) || t!.Rank != 1 || second.Rank < 2 || t.Dims![0] != second.Dims![(2 * second.Rank) - 3 - l]))
            return "its scales or zero points are not one for each column";
        coupling.Same(first, k, second, l);
        if (ranged)
            coupling.Contract(ContractionKind.Sum, 0, k);
        else
            coupling.Contract(0, k, b, l);
        bool row = first.Rank > 1, column = second.Rank > 1;
        int batch = y.Rank - (row ? 1 : 0) - (column ? 1 : 0);
        if (batch < 0 || batch < Math.Max(first.Rank, second.Rank) - 2)
            return "its shapes do not match";
        if (row)
            coupling.Same(first, (2 * first.Rank) - 3 - k, y, batch);
        if (column)
        {
            int n = (2 * second.Rank) - 3 - l;
            coupling.Same(second, n, y, y.Rank - 1);
            foreach (var vector in perOutput.Select(node.Input).OfType<GraphTensor>().Where(v => v.Rank == 1 && v.Dims![0] == second.Dims![n]))
                coupling.Same(vector, 0, y, y.Rank - 1);
        }

        bool attention = Moves(first) && Moves(second);
        foreach (var operand in new[] { first, second })
        {
            for (int axis = 0; axis < operand.Rank - 2; axis++)
            {
                int to = batch - (operand.Rank - 2) + axis;
                if (operand.Dims![axis] == y.Dims![to])
                    coupling.Same(operand, axis, y, to);
                else
                    coupling.Pin(operand, axis, "one value for all indices");
                if (attention)
                    coupling.Mark(operand, axis, SlotFlags.Attention);
            }
        }

        if (attention)
            coupling.Mark(first, k, SlotFlags.Attention);
        return null;
    }

    public override long Macs(GraphNode node, Func<GraphTensor, IReadOnlyList<long>> dims)
    {
        var first = dims(node.Input(0)!);
        return Product(dims(node.Output(0)!)) * first[Inner(first.Count, node.Int("transA", 0) != 0)];
    }

    private static int Inner(int rank, bool transposed) => rank == 1 ? 0 : rank - (transposed ? 2 : 1);

    // Weights may come through layout operators or dequantisation; both operands of attention's products come from the input.
    private static bool Moves(GraphTensor tensor)
    {
        while (tensor.Producer is { Op: "Transpose" or "Identity" or "DequantizeLinear" or "Cast" or "Reshape" } producer && producer.Input(0) is { } input)
            tensor = input;
        return !tensor.IsConstant;
    }
}
