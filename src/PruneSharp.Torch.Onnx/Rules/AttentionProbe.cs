using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>Finds the number of heads and the activation of native attention modules, which nothing can read, from what they compute.</summary>
internal static class AttentionProbe
{
    private const long Length = 5;
    private const long BatchSize = 2;

    // Scores of this size make each number of heads give clearly other weights.
    private const double Size = 3;

    /// <summary>The number of heads of an attention module.</summary>
    public static long Of(OnnxGraph graph, MultiheadAttention module)
    {
        using var scope = NewDisposeScope();
        Tensor Input(string own, Func<Tensor, Tensor> part) => Probe.Input(EffectiveTensor.Of(module, own) ?? part(EffectiveTensor.Of(module, "in_proj_weight")!), Length, BatchSize, Size);
        Tensor q = Input("q_proj_weight", w => w.chunk(3)[0]), k = Input("k_proj_weight", w => w.chunk(3)[1]), v = Input("v_proj_weight", w => w.chunk(3)[2]);
        var given = Probe.InEval(module, () => module.forward(q, k, v, null, false, null).Item1);
        return Probe.Closest(graph, given, Heads(q.shape[2]), heads => Attend(module, "", q, k, v, heads));
    }

    /// <summary>The settings of an encoder layer.</summary>
    public static AttentionSettings Of(OnnxGraph graph, TransformerEncoderLayer module) => Of(graph, module, [""], x => module.call(x, null!, null!));

    /// <summary>The settings of an encoder, whose layers are copies of one.</summary>
    public static AttentionSettings Of(OnnxGraph graph, TransformerEncoder module)
    {
        var layers = Enumerable.Range(0, int.MaxValue).Select(i => $"layers.{i}.").TakeWhile(prefix => EffectiveTensor.Of(module, prefix + "linear1.weight") is not null).ToList();
        return Of(graph, module, layers, x => module.forward(x, null!, null!));
    }

    private static AttentionSettings Of(OnnxGraph graph, nn.Module module, IReadOnlyList<string> layers, Func<Tensor, Tensor> forward)
    {
        using var scope = NewDisposeScope();
        var x = Probe.Input(EffectiveTensor.Of(module, layers[0] + "self_attn.in_proj_weight")!, Length, BatchSize, Size);
        var given = Probe.InEval(module, () => forward(x));
        var settings = Heads(x.shape[2]).SelectMany(heads => new[] { new AttentionSettings(heads, false), new AttentionSettings(heads, true) }).ToList();
        return Probe.Closest(graph, given, settings, s => layers.Aggregate(x, (value, prefix) => Layer(module, prefix, value, s)));
    }

    private static Tensor Layer(nn.Module module, string prefix, Tensor x, AttentionSettings settings)
    {
        x = Norm(module, prefix + "norm1", x + Attend(module, prefix + "self_attn.", x, x, x, settings.Heads));
        var wide = Linear(module, prefix + "linear1", x);
        return Norm(module, prefix + "norm2", x + Linear(module, prefix + "linear2", settings.Gelu ? wide.gelu() : wide.relu()));
    }

    private static Tensor Attend(nn.Module module, string prefix, Tensor query, Tensor key, Tensor value, long heads)
    {
        var weight = EffectiveTensor.Of(module, prefix + "in_proj_weight");
        var weights = weight is null ? [.. new[] { "q", "k", "v" }.Select(n => EffectiveTensor.Of(module, $"{prefix}{n}_proj_weight")!)] : weight.chunk(3);
        var biases = EffectiveTensor.Of(module, prefix + "in_proj_bias")?.chunk(3);
        Tensor Split(Tensor x, int i)
        {
            var projected = x.matmul(weights[i].t());
            if (biases is not null)
                projected += biases[i];
            return projected.reshape(x.shape[0], x.shape[1] * heads, -1).transpose(0, 1);
        }

        Tensor q = Split(query, 0), k = Split(key, 1), v = Split(value, 2);
        var scores = q.matmul(k.transpose(1, 2)) / Math.Sqrt(q.shape[2]);
        var joined = scores.softmax(-1).matmul(v).transpose(0, 1).reshape(query.shape[0], query.shape[1], -1);
        return Linear(module, prefix + "out_proj", joined);
    }

    private static Tensor Linear(nn.Module module, string name, Tensor x)
    {
        var product = x.matmul(EffectiveTensor.Of(module, name + ".weight")!.t());
        return EffectiveTensor.Of(module, name + ".bias") is { } bias ? product + bias : product;
    }

    private static Tensor Norm(nn.Module module, string name, Tensor x) =>
        nn.functional.layer_norm(x, [x.shape[^1]], EffectiveTensor.Of(module, name + ".weight"), EffectiveTensor.Of(module, name + ".bias"));

    private static List<long> Heads(long features) => [.. Enumerable.Range(1, (int)features).Where(h => features % h == 0).Select(h => (long)h)];
}
