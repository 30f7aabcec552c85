namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Operators that join, cut and pick channels.</summary>
internal static class JoinCases
{
    private const string Cut = "cut at places that depend on the input, or with steps";

    public static IEnumerable<ShrinkCase> All =>
    [
        Of("Concat", "of two producers", (m, x) => m.Op("Concat", [x, m.Conv("x", "second", [8, 3, 1, 1])], ("axis", 1)), 16) with { Parameters = 112 + 16 + 45 },
        Of("Concat", "of a value with itself, axis -3", (m, x) => m.Op("Concat", [x, x, m.Weight("p", 1, 8, 6, 6)], ("axis", -3)), 24, batch: 1),
        Of("Concat", "along another axis", (m, x) => m.Op("Concat", [x, m.Op("Relu", [x])], ("axis", 2))) with { Parameters = 137 },
        Of("Split", "sizes as attribute", (m, x) => Sum(m, m.Ops("Split", [x], 2, ("axis", 1), ("split", new long[] { 4, 4 }))), 4, 11) with { Units = 4, Parameters = 112 + 15 },
        Of("Split", "equal parts before opset 13", (m, x) => Sum(m, m.Ops("Split", [x], 2, ("axis", 1))), 4, 11) with { Units = 4, Parameters = 112 + 15 },
        Of("Split", "sizes as input", (m, x) => Beside(m, m.Ops("Split", [x, m.Longs(3, 5)], 2, ("axis", 1)), 3, 5), 7),
        Of("Split", "equal parts", (m, x) => Beside(m, m.Ops("Split", [x], 2, ("axis", -3)), 4, 4), 7) with { Parameters = null },
        Of("Split", "a number of outputs, the last is less", (m, x) => Beside(m, m.Ops("Split", [x], 3, ("axis", 1), ("num_outputs", 3)), 3, 3, 2), 7, 18),
        Of("Split", "sizes computed from the channels", (m, x) => Beside(m, m.Ops("Split", [x, Halves(m, x)], 2, ("axis", 1)), 4, 4), 7),
        Of("Split", "along another axis", (m, x) => Sum(m, m.Ops("Split", [x, m.Longs(3, 3)], 2, ("axis", 2)))) with { Parameters = 137 },
        Of("Slice", "places as attributes", (m, x) => m.Op("Slice", [x], ("axes", new long[] { 1 }), ("starts", new long[] { 2 }), ("ends", new long[] { 7 })), 5, 9) with { Units = 5 },
        Of("Slice", "places as attributes, without axes", (m, x) => m.Op("Slice", [x], ("starts", new long[] { 0, 2 }), ("ends", new long[] { 999, -1 })), 5, 9) with { Units = 5 },
        Of("Slice", "places as inputs", (m, x) => m.Op("Slice", [x, m.Longs(2, 1), m.Longs(7, 5), m.Longs(1, 3)]), 5) with { Units = 5 },
        Of("Slice", "without axes", (m, x) => m.Op("Slice", [x, m.Longs(0, 2), m.Longs(long.MaxValue, 7)]), 5) with { Units = 5 },
        Of("Slice", "negative places", (m, x) => m.Op("Slice", [x, m.Longs(-5), m.Longs(-1), m.Longs(-3)]), 4) with { Units = 4 },
        Of("Slice", "to the end", (m, x) => m.Op("Slice", [x, m.Longs(3), m.Longs(long.MaxValue), m.Longs(1)]), 5) with { Units = 5 },
        Of("Slice", "places computed from the channels", Chunk, 7),
        Of("Slice", "along another axis with steps", (m, x) => m.Op("Slice", [x, m.Longs(-1), m.Longs(long.MinValue), m.Longs(2), m.Longs(-1)])) with { Parameters = 137 },
        Of("Slice", "with steps", (m, x) => m.Op("Slice", [x, m.Longs(0), m.Longs(8), m.Longs(1), m.Longs(2)]), 4) with { Outcome = ShrinkOutcome.Stays, Reason = Cut },
        Of("Gather", "an order of the channels", (m, x) => m.Op("Gather", [x, m.Longs(7, 5, 3, 1, 6, 4, 2, 0)], ("axis", 1))) with { Parameters = 137 },
        Of("Gather", "some channels twice, counted from the end", (m, x) => m.Op("Gather", [x, m.Longs(7, 0, -8, -2, 3)], ("axis", -3)), 5) with { Units = 4 },
        Of("Gather", "one channel", (m, x) => m.Op("Unsqueeze", [m.Op("Gather", [x, m.Long(2)], ("axis", 1)), m.Longs(1)]), 1) with { Outcome = ShrinkOutcome.Stays, Reason = "rows of a table" },
        Of("Gather", "along another axis", (m, x) => m.Op("Gather", [x, m.Longs(5, 0, 2)], ("axis", 2))) with { Parameters = 137 },
        Of("Gather", "along another axis, one index", (m, x) => m.Op("Unsqueeze", [m.Op("Gather", [x, m.Long(-1)], ("axis", 3)), m.Longs(3)])) with { Parameters = 137 },
        new("Gather", "rows of a table", Table) { Parameters = (10 * 4) + 20 },
    ];

    private static ShrinkCase Of(string op, string form, Func<CaseModel, string, string> middle, int channels = 8, long opset = 17, long batch = -1) => new(op, form, () => Through.Image(middle, opset, channels, batch));

    private static string Sum(CaseModel m, string[] parts) => m.Op("Add", parts);

    // Each part goes to a layer of its own.
    private static string Beside(CaseModel m, string[] parts, params int[] channels) =>
        m.Op("Sum", [.. parts.Select((part, i) => m.Conv(part, $"part_{i}", [7, channels[i], 1, 1]))]);

    private static string Channels(CaseModel m, string x) => m.Op("Gather", [m.Op("Shape", [x]), m.Longs(1)]);

    private static string Halves(CaseModel m, string x)
    {
        string half = m.Op("Div", [Channels(m, x), m.Longs(2)]);
        return m.Op("Concat", [half, half], ("axis", 0));
    }

    // As PyTorch exports chunk: the cut is half of the number of channels.
    private static string Chunk(CaseModel m, string x)
    {
        string half = m.Op("Div", [m.Op("Add", [Channels(m, x), m.Longs(1)]), m.Longs(2)]);
        return Beside(m, [m.Op("Slice", [x, m.Longs(0), half, m.Longs(1)]), m.Op("Slice", [x, half, m.Op("Mul", [half, m.Longs(2)]), m.Longs(1)])], 4, 4);
    }

    private static Onnx.Proto.ModelProto Table()
    {
        var model = new CaseModel();
        string rows = model.Input("x", Onnx.Proto.TensorProto.Types.DataType.Int64, -1, 4);
        return model.Output(model.MatMul(model.Op("Gather", [model.Weight("first", 10, 8), rows]), "last", 8, 5));
    }
}
