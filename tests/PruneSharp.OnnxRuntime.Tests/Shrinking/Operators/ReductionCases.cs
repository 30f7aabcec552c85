using static PruneSharp.Onnx.Proto.TensorProto.Types;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Reductions.</summary>
internal static class ReductionCases
{
    private static readonly (string Op, long Newer)[] Reductions =
    [
        ("ReduceSum", 13), ("ReduceMean", 18), ("ReduceMax", 18), ("ReduceMin", 18), ("ReduceL1", 18), ("ReduceL2", 18), ("ReduceLogSum", 18), ("ReduceLogSumExp", 18), ("ReduceProd", 18), ("ReduceSumSquare", 18),
    ];

    public static IEnumerable<ShrinkCase> All =>
    [
        .. Reductions.SelectMany(r => Of(r.Op, r.Newer)),
        .. new[] { "ArgMax", "ArgMin" }.SelectMany(op => new[]
        {
            new ShrinkCase(op, "over the channels", () => Through.ImageOnly((m, x) => Beside(m, x, m.Cast(m.Op(op, [x], ("axis", 1)), DataType.Float)))) { Outcome = ShrinkOutcome.Stays, Reason = $"{op} over the axis" },
            new ShrinkCase(op, "over another axis", () => Through.Image((m, x) => m.Cast(m.Op(op, [x], ("axis", -1)), DataType.Float))) { Parameters = 137 },
        }),
        new("ReduceSum", "over all axes", () => Through.ImageOnly((m, x) => m.Op("ReduceSum", [x]))) { Parameters = 112 },
        new("ReduceMean", "over channels and pictures", () => Through.ImageOnly((m, x) => m.Op("ReduceMean", [x], ("axes", new long[] { 1, 2, 3 })))) { Outcome = ShrinkOutcome.Approximate, Parameters = 112 },
        new("ReduceSum", "over no axes", () => Through.Image((m, x) => m.Op("ReduceSum", [x, m.Longs()], ("noop_with_empty_axes", 1)))) { Parameters = 137 },
    ];

    private static IEnumerable<ShrinkCase> Of(string op, long newer)
    {
        var outcome = op switch { "ReduceSum" => ShrinkOutcome.Exact, "ReduceMean" or "ReduceMax" or "ReduceMin" => ShrinkOutcome.Approximate, _ => ShrinkOutcome.Stays };
        (string, object) channels = ("axes", new long[] { 1 }), pictures = ("axes", new long[] { -2, -1 }), drop = ("keepdims", 0);
        ShrinkCase Case(string form, Func<CaseModel, string, string> end, long opset) =>
            new(op, form, () => Through.ImageOnly((m, x) => Beside(m, Positive(m, x), end(m, Positive(m, x))), opset)) { Outcome = outcome, Reason = outcome == ShrinkOutcome.Stays ? $"{op} over the axis" : null, Parameters = 137 };
        ShrinkCase Other(string form, Func<CaseModel, string, string> middle, long opset) => new(op, form, () => Through.Image((m, x) => middle(m, Positive(m, x)), opset)) { Parameters = 137 };

        yield return Case("over the channels, axes as attribute", (m, x) => m.Op(op, [x], channels), 11);
        yield return Case("over the channels, axes as input", (m, x) => m.Op(op, [x, m.Longs(1)]), newer);
        yield return Case("over the channels, which are dropped", (m, x) => m.Op("Unsqueeze", [m.Op(op, [x], channels, drop)], channels), 11);
        yield return Other("over other axes, axes as attribute", (m, x) => m.Op(op, [x], pictures), 11);
        yield return Other("over other axes, axes as input", (m, x) => m.Op(op, [x, m.Longs(2, 3)]), newer);
        yield return Other("over other axes, which are dropped", (m, x) => m.Op("Unsqueeze", [m.Op(op, [x], pictures, drop)], pictures), 11);
    }

    // The channels are used by a layer too, so that they are a family where the reduction is no sum.
    private static string Beside(CaseModel m, string x, string reduced) => m.Op("Add", [m.Conv(x, "last", [5, 8, 1, 1]), reduced]);

    private static string Positive(CaseModel m, string x) => m.Op("Exp", [m.Op("Sigmoid", [x])]);
}
