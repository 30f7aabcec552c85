using static PruneSharp.Onnx.Proto.TensorProto.Types;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Operators that compute each element from the same element of several inputs, which are broadcast.</summary>
internal static class BroadcastCases
{
    public static IEnumerable<ShrinkCase> All =>
    [
        .. "Add Div Mul Sub".Split(' ').Select(op => new ShrinkCase(op, "one number for each channel", () => Through.Image((m, x) => m.Op(op, [x, m.Positive("p", 8, 1, 1)]))) { Parameters = 141 }),
        .. "Max Mean Min Sum".Split(' ').Select(op => new ShrinkCase(op, "three inputs", () => Through.Image((m, x) => m.Op(op, [x, m.Weight("p", 8, 1, 1), m.Scalar(0.1f)]))) { Parameters = 141 }),
        .. "Add Div Max Min Mul Sub".Split(' ').Select(op => new ShrinkCase(op, "two producers", () => Through.Image((m, x) => m.Op(op, [x, m.Op("Exp", [m.Conv("x", "second", [8, 3, 1, 1])])]))) { Parameters = 153 }),
        .. "Equal Greater GreaterOrEqual Less LessOrEqual".Split(' ').Select(op => new ShrinkCase(op, "", () => Through.Image((m, x) => m.Cast(m.Op(op, [m.Op("Round", [x]), m.Op("Round", [m.Positive("p", 8, 1, 1)])]), DataType.Float)))),
        .. "And Or Xor".Split(' ').Select(op => new ShrinkCase(op, "", () => Through.Image((m, x) => m.Cast(m.Op(op, [m.Op("Greater", [x, m.Scalar(0)]), m.Op("Less", [x, m.Weight("p", 8, 1, 1)])]), DataType.Float)))),
        .. "BitwiseAnd BitwiseOr BitwiseXor".Split(' ').Select(op => new ShrinkCase(op, "", () => Through.Image((m, x) => m.Cast(m.Op(op, [Whole(m, x, DataType.Int32), Whole(m, m.Positive("p", 8, 1, 1), DataType.Int32)]), DataType.Float), 18))),
        new("BitShift", "", () => Through.Image((m, x) => m.Cast(m.Op("BitShift", [Whole(m, m.Op("Abs", [x]), DataType.Uint32), m.Cast(m.Positive("p", 8, 1, 1), DataType.Uint32)], ("direction", "LEFT")), DataType.Float))),
        new("Mod", "", () => Through.Image((m, x) => m.Op("Mod", [x, m.Positive("p", 8, 1, 1)], ("fmod", 1)))) { Parameters = 141 },
        new("Pow", "", () => Through.Image((m, x) => m.Op("Pow", [m.Op("Sigmoid", [x]), m.Positive("p", 8, 1, 1)]))) { Parameters = 141 },
        new("PRelu", "a slope for each channel", () => Through.Image((m, x) => m.Op("PRelu", [x, m.Weight("p", 8, 1, 1)]))) { Parameters = 141 },
        new("PRelu", "one slope", () => Through.Image((m, x) => m.Op("PRelu", [x, m.Weight("p", 1)]))) { Parameters = 138 },
        new("Where", "", () => Through.Image((m, x) => m.Op("Where", [m.Op("Greater", [x, m.Scalar(0)]), x, m.Weight("p", 8, 1, 1)]))) { Parameters = 141 },
        new("Mul", "a scalar", () => Through.Image((m, x) => m.Op("Mul", [x, m.Scalar(3)]))) { Parameters = 137 },
        new("Mul", "a gate computed from the channels", () => Through.Image((m, x) => m.Op("Mul", [x, m.Op("Sigmoid", [m.Conv(m.Op("GlobalAveragePool", [x]), "gate", [8, 8, 1, 1])])]))) { Parameters = 137 + 20 },
        new("Add", "before opset 7, along a named axis", () => Through.Image((m, x) => m.Op("Add", [x, m.Weight("p", 8)], ("broadcast", 1), ("axis", 1)), 6)) { Runs = false, Outcome = ShrinkOutcome.Stays, Reason = "it broadcasts in the way of operators before version 7" },
        new("BiasGelu", "", () => Through.Rows((m, x) => m.Op("com.microsoft.BiasGelu", [x, m.Weight("p", 8)]))) { Domain = "com.microsoft", Parameters = 48 },
        new("FastGelu", "with bias", () => Through.Rows((m, x) => m.Op("com.microsoft.FastGelu", [x, m.Weight("p", 8)]))) { Domain = "com.microsoft", Parameters = 48 },
        new("FastGelu", "without bias", () => Through.Rows((m, x) => m.Op("com.microsoft.FastGelu", [x]))) { Domain = "com.microsoft", Parameters = 44 },
    ];

    private static string Whole(CaseModel model, string x, DataType type) => model.Cast(model.Op("Mul", [x, model.Scalar(50)]), type);
}
