using static PruneSharp.Onnx.Proto.TensorProto.Types;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Recurrent layers.</summary>
internal static class RecurrentCases
{
    public static IEnumerable<ShrinkCase> All =>
    [
        .. new[] { ("LSTM", 4), ("GRU", 3), ("RNN", 1) }.SelectMany(r => Of(r.Item1, r.Item2)),
        new("LSTM", "initial states made by Expand", () => One("LSTM", 4, m => ["", Zeros(m, "h"), Zeros(m, "c")])) { Parameters = Layer(4, 4, 6) + 20 + 8 },
        new("LSTM", "initial states made by ConstantOfShape", () => One("LSTM", 4, m => ["", Empty(m), Empty(m)])) { Parameters = Layer(4, 4, 6) + 20 },
        new("LSTM", "with peepholes", () => One("LSTM", 4, m => ["", "", "", m.Weight("p", 1, 24)])) { Parameters = Layer(4, 4, 6) + 12 + 20 },
        new("LSTM", "with sequence lengths", () => One("LSTM", 4, m => [m.Cast(m.Op("Expand", [m.Long(3), m.Op("Slice", [m.Op("Shape", ["x"]), m.Longs(1), m.Longs(2)])]), DataType.Int32)])) { Parameters = Layer(4, 4, 6) + 20 },
        new("GRU", "linear before reset", () => One("GRU", 3, _ => [], ("linear_before_reset", 1))) { Parameters = Layer(3, 4, 6) + 20 },
    ];

    private static IEnumerable<ShrinkCase> Of(string op, int gates)
    {
        yield return new(op, "one direction", () => One(op, gates, _ => [])) { Parameters = Layer(gates, 4, 6) + 20 };
        yield return new(op, "last state only", () => Last(op, gates)) { Parameters = Layer(gates, 4, 6) + 20 };
        yield return new(op, "without bias", () => Last(op, gates, bias: false)) { Parameters = Layer(gates, 4, 6) - (2 * gates * 4) + 20 };
        yield return new(op, "both directions", () => Both(op, gates)) { Parameters = (2 * Layer(gates, 4, 6)) + 40 };
        yield return new(op, "two layers", () => Two(op, gates)) { Parameters = Layer(gates, 4, 6) + Layer(gates, 4, 4) + 20 };
        yield return new(op, "its inputs", () => Fed(op, gates)) { Parameters = 24 + Layer(gates, 4, 4) + 20 };
    }

    // Weights, recurrent weights and biases.
    private static long Layer(int gates, int hidden, int inputs) => gates * hidden * (inputs + hidden + 2);

    private static Onnx.Proto.ModelProto One(string op, int gates, Func<CaseModel, string[]> more, params (string, object)[] attributes)
    {
        var model = new CaseModel();
        string y = Nodes(model, model.Input(4, -1, 6), "first", op, gates, 6, 1, more(model), attributes)[0];
        return model.Output(model.MatMul(model.Op("Squeeze", [y, model.Longs(1)]), "last", 8, 5));
    }

    private static Onnx.Proto.ModelProto Last(string op, int gates, bool bias = true)
    {
        var model = new CaseModel();
        string y = Nodes(model, model.Input(4, -1, 6), "first", op, gates, 6, 1, [], [], bias)[1];
        return model.Output(model.MatMul(model.Op("Squeeze", [y, model.Longs(0)]), "last", 8, 5));
    }

    private static Onnx.Proto.ModelProto Both(string op, int gates)
    {
        var model = new CaseModel();
        string y = Nodes(model, model.Input(4, -1, 6), "first", op, gates, 6, 2, [], [("direction", "bidirectional")])[0];
        return model.Output(model.MatMul(model.Op("Reshape", [model.Turned(y, 0, 2, 1, 3), model.Longs(0, 0, -1)]), "last", 16, 5));
    }

    private static Onnx.Proto.ModelProto Two(string op, int gates)
    {
        var model = new CaseModel();
        string x = model.Op("Squeeze", [Nodes(model, model.Input(4, -1, 6), "first", op, gates, 6, 1, [], [])[0], model.Longs(1)]);
        return model.Output(model.MatMul(model.Op("Squeeze", [Nodes(model, x, "second", op, gates, 8, 1, [], [])[0], model.Longs(1)]), "last", 8, 5));
    }

    private static Onnx.Proto.ModelProto Fed(string op, int gates)
    {
        var model = new CaseModel();
        string x = model.MatMul(model.Input(4, -1, 6), "first", 6, 8);
        return model.Output(model.MatMul(model.Op("Squeeze", [Nodes(model, x, "second", op, gates, 8, 1, [], [])[0], model.Longs(1)]), "last", 8, 5));
    }

    private static string[] Nodes(CaseModel m, string x, string name, string op, int gates, int inputs, int directions, string[] more, (string, object)[] attributes, bool bias = true)
    {
        string[] weights = [m.Weight(name, directions, gates * 8, inputs), m.Weight($"{name}_r", directions, gates * 8, 8), bias ? m.Weight($"{name}_b", directions, gates * 16) : ""];
        return m.Ops(op, [x, .. weights, .. more], op == "LSTM" ? 3 : 2, [("hidden_size", 8), .. attributes]);
    }

    private static string Zeros(CaseModel m, string name) => m.Op("Expand", [m.Weight(name, 1, 1, 8), State(m)]);

    private static string Empty(CaseModel m) => m.Op("ConstantOfShape", [State(m)]);

    private static string State(CaseModel m) => m.Op("Concat", [m.Longs(1), m.Op("Gather", [m.Op("Shape", ["x"]), m.Longs(1)]), m.Longs(8)], ("axis", 0));
}
