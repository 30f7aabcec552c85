using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>The operator table: which input of which operator is a prunable weight, and in which order its axes stand.</summary>
internal static class WeightOperators
{
    /// <summary>What a node does with its input <paramref name="input"/>.</summary>
    /// <param name="node">The node.</param>
    /// <param name="input">0-based input position.</param>
    /// <param name="view">How the node sees the constant; null where that cannot be followed.</param>
    public static ConstantUse Classify(NodeProto node, int input, AxisView? view)
    {
        if (node.Attribute.Any(a => a.RefAttrName.Length > 0))
            view = null; // the call decides what the attribute is
        string op = node.OpType, layer = node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(o => o.Length > 0) ?? op;
        int rank = view?.Axes.Length ?? -1;
        ConstantUse Weight(WeightLayout? layout) => new(UseKind.Weight, op, layer, $"weight of {op}", layout);
        ConstantUse Other(string role) => new(UseKind.Other, op, layer, role);
        WeightLayout? Ranked(int least, int most, Func<AxisView, WeightLayout?> layout) => rank >= least && rank <= most ? layout(view!) : null;
        if (node.Domain is not ("" or "ai.onnx" or "com.microsoft" or "com.ms.internal.nhwc"))
            return Other($"operand of {node.Domain}.{op}");
        switch (op, input)
        {
            case ("Conv" or "FusedConv" or "NhwcConv" or "DeformConv", 1):
                return Weight(Ranked(2, AxisView.MostAxes, v => v.Layout([0], [1], Enumerable.Range(2, rank - 2))));
            case ("ConvTranspose", 1):
                return Weight(Ranked(2, AxisView.MostAxes, v => v.Split(0, Int(node, "group", 1))?.Layout([0, 2], [1], Enumerable.Range(3, rank - 2))));
            case ("Conv" or "FusedConv" or "NhwcConv" or "ConvTranspose" or "DeformConv", _):
                return Other(input == 0 ? $"data of {op}" : $"bias of {op}");
            case ("Gemm" or "FusedGemm", 0):
                return Weight(Ranked(2, 2, v => Int(node, "transA", 0) == 0 ? v.Layout([0], [1]) : v.Layout([1], [0])));
            case ("Gemm" or "FusedGemm", 1):
                return Weight(Ranked(2, 2, v => Int(node, "transB", 0) == 0 ? v.Layout([1], [0]) : v.Layout([0], [1])));
            case ("Gemm" or "FusedGemm", _):
                return Other($"bias of {op}");
            case ("MatMul" or "FusedMatMul" or "TransposeMatMul", 0):
                return Weight(MatMul(view, rank, rank - 2, rank - 1, Int(node, "transA", 0) != 0));
            case ("MatMul" or "FusedMatMul" or "TransposeMatMul", 1):
                return Weight(MatMul(view, rank, rank - 1, rank - 2, Int(node, "transB", 0) != 0));
            case ("Attention" or "QAttention", 1) when node.Domain == "com.microsoft":
                return Weight(MatMul(view, rank, rank - 1, rank - 2, false));
            case ("LSTM" or "GRU" or "RNN", 1 or 2):
                return Weight(Ranked(3, 3, v => v.Layout([0, 1], [2])));
            case ("LSTM" or "GRU" or "RNN", 3):
                return Other($"bias of {op}");
            case ("Gather", 0) or ("EmbedLayerNormalization", 2 or 3 or 4) when rank >= 2 && Int(node, "axis", 0) == 0:
                return new(UseKind.Embedding, op, layer, "embedding table", view!.Layout([0], Enumerable.Range(1, rank - 1)));
            case ("Einsum", _):
                return Weight(Einsum(node, input, view, rank));
            default:
                return Other(Norm(op, input) ?? $"operand of {op}");
        }
    }

    private static WeightLayout? MatMul(AxisView? view, int rank, int output, int input, bool transposed)
    {
        if (rank < 2)
            return rank == 1 ? view!.Layout([], [0]) : null;
        (output, input) = transposed ? (input, output) : (output, input);
        return view!.Layout([.. Enumerable.Range(0, rank - 2), output], [input]);
    }

    // Letters of the operand that the result has too count outputs, the others are summed over.
    private static WeightLayout? Einsum(NodeProto node, int input, AxisView? view, int rank)
    {
        string equation = node.Attribute.FirstOrDefault(a => a.Name == "equation")?.S.ToStringUtf8().Replace(" ", "", StringComparison.Ordinal) ?? "";
        if (equation.Split("->") is not [var operands, var result] || equation.Contains('.') || operands.Split(',') is var terms && (input >= terms.Length || terms[input].Length != rank))
            return null;
        string letters = operands.Split(',')[input];
        if (letters.Distinct().Count() != letters.Length)
            return null;
        var axes = Enumerable.Range(0, rank).ToLookup(axis => result.Contains(letters[axis]));
        return view!.Layout(axes[true], axes[false]);
    }

    private static string? Norm(string op, int input)
    {
        bool norm = op.EndsWith("Normalization", StringComparison.Ordinal) || op is "SkipLayerNorm" or "GroupNorm" or "LpNormalization";
        return norm && input > 0 ? $"{(input == 1 ? "scale" : input == 2 ? "bias" : "statistics")} of {op}" : null;
    }

    /// <summary>An integer attribute, or its default.</summary>
    public static long Int(NodeProto node, string name, long otherwise) =>
        node.Attribute.FirstOrDefault(a => a.Name == name && a.HasI)?.I ?? otherwise;
}
