namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>The same values under other dimensions.</summary>
internal static class LayoutCases
{
    public static IEnumerable<ShrinkCase> All =>
    [
        Of("Transpose", "", (m, x) => m.Turned(m.Op("Relu", [m.Turned(x, 0, 2, 3, 1)]), 0, 3, 1, 2)),
        Of("Transpose", "all axes turned round", (m, x) => m.Op("Transpose", [m.Op("Transpose", [x])])),
        Of("Squeeze", "axes as attribute", (m, x) => m.Op("Squeeze", [m.Op("Unsqueeze", [x], ("axes", new long[] { 0, -1 }))], ("axes", new long[] { -1, 0 })), 11),
        Of("Squeeze", "axes as input", (m, x) => m.Op("Squeeze", [m.Op("Unsqueeze", [x, m.Longs(2)]), m.Longs(-3)])),
        Of("Squeeze", "without axes", (m, x) => m.Op("Squeeze", [m.Op("Unsqueeze", [x, m.Longs(2)])]), batch: 2) with { Outcome = ShrinkOutcome.Stays, Reason = "which axes are dropped depends on their sizes", Parameters = null },
        Of("Unsqueeze", "axes as attribute", (m, x) => m.Op("Squeeze", [m.Op("Unsqueeze", [x], ("axes", new long[] { -1, 1 }))], ("axes", new long[] { 1, 5 })), 11),
        Of("Unsqueeze", "axes as input", (m, x) => m.Op("Squeeze", [m.Op("Unsqueeze", [x, m.Longs(-1, 1)]), m.Longs(1, -1)])),
        Of("Reshape", "with 0 and -1", (m, x) => Reshape(m, Reshape(m, x, 0, 8, -1), 0, 0, 6, 6)),
        Of("Reshape", "with -1 for the channels", (m, x) => Reshape(m, Reshape(m, x, 0, -1, 36), 0, -1, 6, 6)),
        Of("Reshape", "all sizes given", (m, x) => Reshape(m, Reshape(m, x, 2, 8, 36), 2, 8, 6, 6), batch: 2),
        Of("Reshape", "-1 for the batch", (m, x) => Reshape(m, Reshape(m, x, -1, 8, 36), -1, 8, 6, 6)),
        Of("Reshape", "sizes copied with allowzero", (m, x) => m.Op("Reshape", [m.Op("Reshape", [x, m.Longs(-1, 8, 36)], ("allowzero", 1)), m.Longs(-1, 8, 6, 6)], ("allowzero", 1))),
        Of("Reshape", "computed sizes", (m, x) => m.Op("Reshape", [m.Op("Reshape", [x, m.Op("Concat", [Size(m, x, 0), Size(m, x, 1), m.Longs(-1)], ("axis", 0))]), m.Op("Shape", [x])])),
        Of("Reshape", "sizes computed from the channels", (m, x) => m.Op("Reshape", [Reshape(m, x, -1, 36), m.Op("Concat", [m.Longs(-1), m.Op("Div", [m.Op("Mul", [Size(m, x, 1), m.Longs(2)]), m.Longs(2)]), Size(m, x, 2), m.Longs(6)], ("axis", 0))]), batch: 1) with { Parameters = 137 },
        Of("Reshape", "channel shuffle", (m, x) => Reshape(m, m.Turned(Reshape(m, x, 0, 2, 4, 6, 6), 0, 2, 1, 3, 4), 0, 8, 6, 6)) with { Units = 4 },
        Of("Reshape", "group normalization of older exporters", (m, x) => m.Op("Mul", [m.Op("Reshape", [m.Op("InstanceNormalization", [Reshape(m, x, 0, 4, -1), m.Weight("g", 4), m.Weight("b", 4)]), m.Op("Shape", [x])]), m.Weight("p", 8, 1, 1)])) with { Units = 4, Parameters = 137 + 4 + 4 },
        Of("Reshape", "channels and batch partly merged", (m, x) => Reshape(m, Reshape(m, x, 4, 4, 36), 2, 8, 6, 6), batch: 2) with { Units = 4, Parameters = null },
        new("Reshape", "sequences to rows", () => Through.Tokens((m, x) => Reshape(m, Reshape(m, x, -1, 8), -1, 4, 8))) { Parameters = 44 },
        new("Reshape", "heads", () => Through.Tokens((m, x) => Reshape(m, m.Op("Relu", [Reshape(m, x, 0, 4, 2, 4)]), 0, 4, 8))) { Units = 2, Parameters = 44 },
        new("Reshape", "pictures to rows", () => Pictures((m, x) => Reshape(m, x, -1, 288))) { Parameters = 112 + (4 * 36 * 5) },
        new("Flatten", "from the channels on", () => Pictures((m, x) => m.Op("Flatten", [x]))) { Parameters = 112 + (4 * 36 * 5) },
        new("Flatten", "axis -3", () => Pictures((m, x) => m.Op("Flatten", [x], ("axis", -3)))) { Parameters = 112 + (4 * 36 * 5) },
        new("Flatten", "batch and channels together", () => Through.Image((m, x) => Reshape(m, m.Op("Flatten", [x], ("axis", 2)), -1, 8, 6, 6))) { Outcome = ShrinkOutcome.Stays, Reason = "size depends on the input" },
        new("Flatten", "sequences to rows", () => Through.Tokens((m, x) => m.Op("Flatten", [x], ("axis", 2)))) { Parameters = 44 },
    ];

    private static ShrinkCase Of(string op, string form, Func<CaseModel, string, string> middle, long opset = 17, long batch = -1) => new(op, form, () => Through.Image(middle, opset, 8, batch)) { Parameters = 137 };

    private static string Reshape(CaseModel m, string x, params long[] shape) => m.Op("Reshape", [x, m.Longs(shape)]);

    private static string Size(CaseModel m, string x, long axis) => m.Op("Gather", [m.Op("Shape", [x]), m.Longs(axis)]);

    private static Onnx.Proto.ModelProto Pictures(Func<CaseModel, string, string> flatten) => Through.ImageOnly((m, x) => m.MatMul(flatten(m, x), "last", 288, 5));
}
