namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Normalisations, and operators that mix the indices of one axis.</summary>
internal static class NormalizationCases
{
    private static readonly string[] Softmaxes = ["Softmax", "LogSoftmax", "Hardmax"];

    public static IEnumerable<ShrinkCase> All =>
    [
        .. new[] { 7L, 9, 14, 15 }.Select(opset => new ShrinkCase("BatchNormalization", $"opset {opset}", () => Through.Image((m, x) => m.Op("BatchNormalization", [x, m.Weight("g", 8), m.Weight("b", 8), m.Weight("mean", 8), m.Positive("variance", 8)]), opset)) { Parameters = 137 + 16 }),
        new("BatchNormalization", "of rows", () => Through.Rows((m, x) => m.Op("BatchNormalization", [x, m.Weight("g", 8), m.Weight("b", 8), m.Weight("mean", 8), m.Positive("variance", 8)]))) { Parameters = 44 + 16 },
        new("InstanceNormalization", "", () => Through.Image((m, x) => m.Op("InstanceNormalization", [x, m.Weight("g", 8), m.Weight("b", 8)]))) { Parameters = 137 + 8 },
        new("GroupNormalization", "parameters for each group (opset 18)", () => Through.Image((m, x) => m.Op("GroupNormalization", [x, m.Weight("g", 4), m.Weight("b", 4)], ("num_groups", 4)), 18)) { Units = 4, Parameters = 137 + 4 },
        new("GroupNormalization", "parameters for each channel (opset 21)", () => Through.Image((m, x) => m.Op("GroupNormalization", [x, m.Weight("g", 8), m.Weight("b", 8)], ("num_groups", 4)), 21)) { Units = 4, Parameters = 137 + 8 },
        .. Normalizations(),
        new("LayerNormalization", "over all but the batch", () => Through.Image((m, x) => m.Op("LayerNormalization", [x, m.Weight("g", 8, 6, 6), m.Weight("b", 8, 6, 6)], ("axis", 1)))) { Outcome = ShrinkOutcome.Approximate, Parameters = 137 + 288 },
        new("LayerNormalization", "with its statistics", () => Through.Tokens((m, x) => m.Op("Add", m.Ops("LayerNormalization", [x, m.Weight("g", 8), m.Weight("b", 8)], 2)))) { Outcome = ShrinkOutcome.Stays, Reason = "its statistics are used" },
        .. Softmaxes.SelectMany(op => new[]
        {
            new ShrinkCase(op, "over the channels", () => Through.Rows((m, x) => m.Op(op, [x]))) { Outcome = ShrinkOutcome.Stays, Reason = $"{op} over the axis" },
            new ShrinkCase(op, "over another axis", () => Through.Tokens((m, x) => m.Op(op, [x], ("axis", -2)))) { Parameters = 44 },
            new ShrinkCase(op, "before opset 13 over all axes from one on", () => Through.Image((m, x) => m.Op(op, [x]), 11)) { Outcome = ShrinkOutcome.Stays, Reason = $"{op} over the axis" },
            new ShrinkCase(op, "before opset 13 over later axes", () => Through.Image((m, x) => m.Op(op, [x], ("axis", 2)), 11)) { Parameters = 137 },
        }),
        new("LpNormalization", "over the channels", () => Through.Rows((m, x) => m.Op("LpNormalization", [x]))) { Outcome = ShrinkOutcome.Stays, Reason = "LpNormalization over the axis" },
        new("LpNormalization", "over another axis", () => Through.Tokens((m, x) => m.Op("LpNormalization", [x], ("axis", 1)))) { Parameters = 44 },
        new("LRN", "over the channels", () => Through.Image((m, x) => m.Op("LRN", [x], ("size", 3)))) { Outcome = ShrinkOutcome.Stays, Reason = "LRN over the axis" },
        new("LRN", "over another axis", () => Through.Image((m, x) => m.Turned(m.Op("LRN", [m.Turned(x, 0, 2, 1, 3)], ("size", 3), ("alpha", 1f)), 0, 2, 1, 3))) { Parameters = 137 },
        new("CumSum", "over the channels", () => Through.Rows((m, x) => m.Op("CumSum", [x, m.Long(-1)]))) { Outcome = ShrinkOutcome.Stays, Reason = "CumSum over the axis" },
        new("CumSum", "over another axis", () => Through.Tokens((m, x) => m.Op("CumSum", [x, m.Longs(1)]))) { Parameters = 44 },
        new("Trilu", "of the channels", () => Through.Tokens((m, x) => m.Op("Trilu", [x]))) { Outcome = ShrinkOutcome.Stays, Reason = "Trilu over the axis" },
        new("Trilu", "of other axes", () => Through.Image((m, x) => m.Op("Trilu", [x, m.Long(1)], ("upper", 0)))) { Parameters = 137 },
    ];

    private static IEnumerable<ShrinkCase> Normalizations()
    {
        foreach (var (op, opset, biased) in new[] { ("LayerNormalization", 17L, true), ("RMSNormalization", 23, false), ("SimplifiedLayerNormalization", 17, false) })
        {
            string[] Inputs(CaseModel m, string x, int size) => [x, m.Weight("g", size), .. biased ? [m.Weight("b", size)] : Array.Empty<string>()];
            int vectors = biased ? 2 : 1;
            yield return new(op, "over the channels", () => Through.Tokens((m, x) => m.Op(op, Inputs(m, x, 8)), opset)) { Outcome = ShrinkOutcome.Approximate, Parameters = 44 + (4 * vectors) };
            yield return new(op, "over another axis", () => Through.Tokens((m, x) => m.Turned(m.Op(op, Inputs(m, m.Turned(x, 0, 2, 1), 4)), 0, 2, 1), opset)) { Parameters = 44 + (4 * vectors) };
        }
    }
}
