using System.Reflection;
using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>LSTM, GRU and RNN, with any number of layers, in one or both directions.</summary>
internal static class RecurrentRules
{
    /// <summary>The rules; their inputs are the sequence and optionally the first states.</summary>
    public static IEnumerable<ModuleRule> All =>
    [
        ModuleRule.Of<LSTM>("LSTM", 1, 3, (graph, m, inputs) => Export(graph, m, inputs, "LSTM", 2)),
        ModuleRule.Of<GRU>("GRU", 1, 2, (graph, m, inputs) => Export(graph, m, inputs, "GRU", 1, _ => [new("linear_before_reset", 1)])),
        ModuleRule.Of<RNN>("RNN", 1, 2, (graph, m, inputs) => Export(graph, m, inputs, "RNN", 1, directions => [new("activations", Enumerable.Repeat(RecurrentProbe.UsesRelu(graph, m) ? "Relu" : "Tanh", directions))])),
    ];

    private static IReadOnlyList<OnnxValue> Export(OnnxGraph graph, nn.Module module, IReadOnlyList<OnnxValue> inputs, string op, int states, Func<int, OnnxAttribute[]>? more = null)
    {
        if (inputs[0].Rank != 3)
            throw graph.Unsupported($"its input has {inputs[0].Rank} axes, {inputs[0]}; it takes [sequence, batch, features], or [batch, sequence, features] where it is batch first.");
        if (inputs.Count is not 1 && inputs.Count != 1 + states)
            throw graph.Unsupported($"it got {inputs.Count - 1} of its {states} first states; give all or none.");
        bool batchFirst = Setting<bool>(module, "_batch_first");
        int directions = Setting<bool>(module, "_bidirectional") ? 2 : 1, layers = (int)Setting<long>(module, "_num_layers");
        long hidden = Setting<long>(module, "_hidden_size");
        var given = inputs.Skip(1).Select(state => Layers(graph, state, layers, directions)).ToList();
        var forms = StateForms.Of(module).ToDictionary(f => f.Initializer);
        var last = new List<OnnxValue>[states];
        var x = batchFirst ? graph.Transpose(inputs[0], 1, 0, 2) : inputs[0];
        for (int layer = 0; layer < layers; layer++)
        {
            IReadOnlyList<(ScalarType, IReadOnlyList<long?>)> shapes =
                [(x.Type, [x.Shape[0], directions, x.Shape[1], hidden]), .. Enumerable.Repeat((x.Type, (IReadOnlyList<long?>)[directions, x.Shape[1], hidden]), states)];
            var outputs = graph.Nodes(
                op,
                [x, Packed(graph, module, forms, $"weight_ih_l{layer}"), Packed(graph, module, forms, $"weight_hh_l{layer}"), Biases(graph, module, forms, layer), null, .. given.Select(s => s[layer])],
                shapes,
                [new("hidden_size", hidden), new("direction", directions == 2 ? "bidirectional" : "forward"), .. more?.Invoke(directions) ?? []]);
            for (int s = 0; s < states; s++)
                (last[s] ??= []).Add(outputs[1 + s]);

            // [sequence, directions, batch, hidden] to [sequence, batch, directions · hidden].
            bool transpose = batchFirst && layer == layers - 1;
            x = graph.Reshape(transpose ? graph.Transpose(outputs[0], 2, 0, 1, 3) : graph.Transpose(outputs[0], 0, 2, 1, 3), 0, 0, directions * hidden);
        }

        return [x, .. last.Select(all => all.Count == 1 ? all[0] : graph.Concat(0, all))];
    }

    private static IReadOnlyList<OnnxValue> Layers(OnnxGraph graph, OnnxValue state, int layers, int directions) =>
        layers == 1 ? [state] : graph.Split(state, 0, [.. Enumerable.Repeat((long)directions, layers)]);

    private static OnnxValue? Biases(OnnxGraph graph, nn.Module module, Dictionary<string, StateForm> forms, int layer) =>
        forms.ContainsKey($"bias_ih_l{layer}") ? graph.Concat(1, Packed(graph, module, forms, $"bias_ih_l{layer}"), Packed(graph, module, forms, $"bias_hh_l{layer}")) : null;

    private static OnnxValue Packed(OnnxGraph graph, nn.Module module, Dictionary<string, StateForm> forms, string name)
    {
        using var _ = no_grad();
        return graph.Weight(name, forms[name].Pack([.. forms[name].Names.Select(n => EffectiveTensor.Of(module, n)!)]));
    }

    private static T Setting<T>(nn.Module module, string field) => (T)module.GetType().GetField(field, BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(module)!;
}
