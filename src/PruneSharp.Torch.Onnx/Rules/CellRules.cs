using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>Single steps of recurrent modules; without given states they start from zero.</summary>
internal static class CellRules
{
    /// <summary>The rules; their inputs are the features and optionally the states.</summary>
    public static IEnumerable<ModuleRule> All =>
    [
        ModuleRule.Of<LSTMCell>("Gemm, Split, Sigmoid, Tanh, Mul, Add", 1, 3, (graph, _, inputs) => Lstm(graph, inputs)),
        ModuleRule.Of<GRUCell>("Gemm, Split, Sigmoid, Tanh, Mul, Add", 1, 2, (graph, _, inputs) => [Gru(graph, inputs)]),
        ModuleRule.Of<RNNCell>("Gemm, Add, Tanh or Relu", 1, 2, (graph, m, inputs) => [graph.Node(RecurrentProbe.UsesRelu(graph, m) ? "Relu" : "Tanh", Rnn(graph, inputs))]),
    ];

    // c' = f·c + i·g, h' = o·tanh(c')
    private static IReadOnlyList<OnnxValue> Lstm(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs)
    {
        if (inputs.Count == 2)
            throw graph.Unsupported("it got a hidden state but no cell state; give both or none.");
        var gates = Gates(graph, Rnn(graph, inputs), 4);
        OnnxValue input = graph.Node("Sigmoid", gates[0]), forget = graph.Node("Sigmoid", gates[1]), output = graph.Node("Sigmoid", gates[3]);
        var cell = graph.Multiply(input, graph.Node("Tanh", gates[2]));
        if (inputs.Count == 3)
            cell = graph.Add(graph.Multiply(forget, inputs[2]), cell);
        return [graph.Multiply(output, graph.Node("Tanh", cell)), cell];
    }

    // n = tanh(x_n + r·h_n), h' = n + z·(h − n)
    private static OnnxValue Gru(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs)
    {
        var x = Gates(graph, FromInput(graph, inputs), 3);
        var state = FromState(graph, inputs) is { } product ? Gates(graph, product, 3) : null;
        OnnxValue reset = Sum(x[0], state?[0]), update = Sum(x[1], state?[1]);
        reset = graph.Node("Sigmoid", reset);
        update = graph.Node("Sigmoid", update);
        var made = graph.Node("Tanh", Sum(x[2], state is null ? null : graph.Multiply(reset, state[2])));
        var change = inputs.Count == 2 ? graph.Subtract(inputs[1], made) : graph.Node("Neg", made);
        return graph.Add(made, graph.Multiply(update, change));

        OnnxValue Sum(OnnxValue a, OnnxValue? b) => b is null ? a : graph.Add(a, b);
    }

    private static OnnxValue Rnn(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs) =>
        FromState(graph, inputs) is { } state ? graph.Add(FromInput(graph, inputs), state) : FromInput(graph, inputs);

    private static OnnxValue FromInput(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs) => LinearRules.Product(graph, inputs[0], graph.Parameter("weight_ih")!, graph.Parameter("bias_ih"));

    // Of a state of zero only the bias is left.
    private static OnnxValue? FromState(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs) =>
        inputs.Count > 1 ? LinearRules.Product(graph, inputs[1], graph.Parameter("weight_hh")!, graph.Parameter("bias_hh")) : graph.Parameter("bias_hh");

    private static IReadOnlyList<OnnxValue> Gates(OnnxGraph graph, OnnxValue all, int count) =>
        graph.Split(all, all.Rank - 1, [.. Enumerable.Repeat(all.Dim(-1)!.Value / count, count)]);
}
