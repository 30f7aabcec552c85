using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>Modules that multiply by a weight matrix.</summary>
internal static class LinearRules
{
    /// <summary>The rules.</summary>
    public static IEnumerable<ModuleRule> All =>
    [
        ModuleRule.Of<Linear>("Gemm; MatMul, Add", (graph, module, x) => Product(graph, graph.Checked(x, x.Rank - 1, module.in_features, "features"), graph.Parameter("weight")!, graph.Parameter("bias"))),
        ModuleRule.Of<Bilinear>("Einsum, Add", 2, 2, (graph, _, inputs) => [Bilinear(graph, inputs[0], inputs[1])]),
    ];

    // Σᵢⱼ a[…, i] · weight[o, i, j] · b[…, j]
    private static OnnxValue Bilinear(OnnxGraph graph, OnnxValue a, OnnxValue b)
    {
        var weight = graph.Parameter("weight")!;
        string before = "abcdefgh"[..(a.Rank - 1)];
        var product = graph.Node("Einsum", [a, weight, b], [.. a.Shape.SkipLast(1), weight.Shape[0]], new OnnxAttribute("equation", $"{before}i,oij,{before}j->{before}o"));
        return graph.Parameter("bias") is { } bias ? graph.Add(product, bias) : product;
    }

    /// <summary>x · weightᵀ + bias, with the weight <c>[out, in]</c> as TorchSharp keeps it.</summary>
    public static OnnxValue Product(OnnxGraph graph, OnnxValue x, OnnxValue weight, OnnxValue? bias)
    {
        if (x.Rank == 2)
            return graph.Node("Gemm", [x, weight, bias], [x.Shape[0], weight.Shape[0]], new OnnxAttribute("transB", 1));
        var product = graph.MatMul(x, graph.Transpose(weight, 1, 0));
        return bias is null ? product : graph.Add(product, bias);
    }
}
