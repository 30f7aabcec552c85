using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>Multi-head attention and transformer encoders, whose inputs are <c>[sequence, batch, features]</c>.</summary>
internal static class AttentionRules
{
    // Fixed in TorchSharp's native layers.
    private const double LayerNormEps = 1e-5;

    /// <summary>The rules.</summary>
    public static IEnumerable<ModuleRule> All =>
    [
        ModuleRule.Of<MultiheadAttention>("MatMul, Softmax, Reshape, Transpose", 1, 3, (graph, m, inputs) => Attention(graph, m, inputs)),
        ModuleRule.Of<TransformerEncoderLayer>("MatMul, Softmax, LayerNormalization", 1, 2, (graph, m, inputs) =>
            [Layer(graph, inputs[0], "", AttentionProbe.Of(graph, m), inputs.ElementAtOrDefault(1))]),
        ModuleRule.Of<TransformerEncoder>("MatMul, Softmax, LayerNormalization", 1, 2, Encoder),
    ];

    private static IReadOnlyList<OnnxValue> Encoder(OnnxGraph graph, TransformerEncoder module, IReadOnlyList<OnnxValue> inputs)
    {
        var settings = AttentionProbe.Of(graph, module);
        var x = inputs[0];
        for (int layer = 0; EffectiveTensor.Of(module, $"layers.{layer}.linear1.weight") is not null; layer++)
            x = Layer(graph, x, $"layers.{layer}.", settings, inputs.ElementAtOrDefault(1));
        return [x];
    }

    // The inputs are query, key and value; one alone is all three.
    private static IReadOnlyList<OnnxValue> Attention(OnnxGraph graph, MultiheadAttention module, IReadOnlyList<OnnxValue> inputs)
    {
        if (inputs.Count == 2)
            throw graph.Unsupported("it got 2 inputs; give query, key and value, or one for all three.");
        if (EffectiveTensor.Of(module, "bias_k") is not null)
            throw graph.Unsupported("add_bias_kv has no form here; make it with add_bias_kv: false.");
        var (output, weights) = Heads(graph, inputs[0], inputs.ElementAtOrDefault(1) ?? inputs[0], inputs.ElementAtOrDefault(2) ?? inputs[0], "", AttentionProbe.Of(graph, module), null);

        // The weights come as the mean over the heads, [batch, query, key].
        var shape = graph.Concat(0, graph.Integers(-1, weights.Heads), graph.Slice(graph.ShapeOf(weights.Value), 0, 1, long.MaxValue, 2));
        IReadOnlyList<long?> each = [inputs[0].Shape[1], weights.Heads, .. weights.Value.Shape.Skip(1)];
        var split = graph.Node("Reshape", [weights.Value, shape], each);
        return [output, graph.Node("ReduceMean", [split], [each[0], .. each.Skip(2)], new("axes", [1L]), new("keepdims", 0))];
    }

    private static OnnxValue Layer(OnnxGraph graph, OnnxValue x, string prefix, AttentionSettings settings, OnnxValue? mask)
    {
        x = Norm(graph, graph.Add(x, Heads(graph, x, x, x, prefix + "self_attn.", settings.Heads, mask).Output), prefix + "norm1");
        var wide = Linear(graph, x, prefix + "linear1");
        var narrow = Linear(graph, settings.Gelu ? ActivationRules.Gelu(graph, wide) : graph.Node("Relu", wide), prefix + "linear2");
        return Norm(graph, graph.Add(x, narrow), prefix + "norm2");
    }

    // Heads and batch become one axis, so no shape need be known.
    private static (OnnxValue Output, (OnnxValue Value, long Heads) Weights) Heads(OnnxGraph graph, OnnxValue query, OnnxValue key, OnnxValue value, string prefix, long heads, OnnxValue? mask)
    {
        if (query.Rank != 3)
            throw graph.Unsupported($"its input has {query.Rank} axes, {query}; it takes [sequence, batch, features].");
        var (q, k, v) = Project(graph, query, key, value, prefix);
        long features = q.Dim(-1)!.Value, each = features / heads;
        q = graph.Transpose(graph.Reshape(graph.Multiply(q, 1 / Math.Sqrt(each)), 0, -1, each), 1, 0, 2);
        k = graph.Transpose(graph.Reshape(k, 0, -1, each), 1, 2, 0);
        v = graph.Transpose(graph.Reshape(v, 0, -1, each), 1, 0, 2);
        var scores = graph.MatMul(q, k);
        var weights = graph.Node("Softmax", mask is null ? scores : graph.Add(scores, mask), new OnnxAttribute("axis", -1));
        var joined = graph.Reshape(graph.Transpose(graph.MatMul(weights, v), 1, 0, 2), 0, -1, features);
        return (Linear(graph, joined, prefix + "out_proj"), (weights, heads));
    }

    private static (OnnxValue Q, OnnxValue K, OnnxValue V) Project(OnnxGraph graph, OnnxValue query, OnnxValue key, OnnxValue value, string prefix)
    {
        var bias = graph.Parameter(prefix + "in_proj_bias");
        if (graph.Parameter(prefix + "in_proj_weight") is { } weight)
        {
            long third = weight.Shape[0]!.Value / 3;
            if (query == key && key == value)
            {
                var all = graph.Split(LinearRules.Product(graph, query, weight, bias), 2, third, third, third);
                return (all[0], all[1], all[2]);
            }

            var weights = graph.Split(weight, 0, third, third, third);
            return Each(weights[0], weights[1], weights[2], third);
        }

        var own = graph.Parameter(prefix + "q_proj_weight")!;
        return Each(own, graph.Parameter(prefix + "k_proj_weight")!, graph.Parameter(prefix + "v_proj_weight")!, own.Shape[0]!.Value);

        (OnnxValue, OnnxValue, OnnxValue) Each(OnnxValue q, OnnxValue k, OnnxValue v, long size)
        {
            var biases = bias is null ? null : graph.Split(bias, 0, size, size, size);
            return (LinearRules.Product(graph, query, q, biases?[0]), LinearRules.Product(graph, key, k, biases?[1]), LinearRules.Product(graph, value, v, biases?[2]));
        }
    }

    private static OnnxValue Linear(OnnxGraph graph, OnnxValue x, string name) => LinearRules.Product(graph, x, graph.Parameter(name + ".weight")!, graph.Parameter(name + ".bias"));

    private static OnnxValue Norm(OnnxGraph graph, OnnxValue x, string name) =>
        NormalizationRules.Layer(graph, x, [x.Dim(-1)!.Value], graph.Parameter(name + ".weight"), graph.Parameter(name + ".bias"), LayerNormEps);
}
