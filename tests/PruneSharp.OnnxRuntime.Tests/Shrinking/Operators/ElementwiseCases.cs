using static PruneSharp.Onnx.Proto.TensorProto.Types;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Operators that compute each element from the same element of their input.</summary>
internal static class ElementwiseCases
{
    public static IEnumerable<ShrinkCase> All =>
    [
        .. "Abs Atan Ceil Celu Cos Cosh Elu Erf Exp Floor HardSigmoid HardSwish Identity LeakyRelu Neg Relu Round Selu Shrink Sigmoid Sign Sin Sinh Softplus Softsign Tan Tanh".Split(' ').Select(op => Of(op)),
        .. "Acos Asin Atanh Log Reciprocal Sqrt".Split(' ').Select(op => Of(op, before: (m, x) => m.Op("Sigmoid", [x]))),
        Of("Acosh", before: (m, x) => m.Op("Exp", [m.Op("Sigmoid", [x])])),
        Of("Asinh"),
        Of("Mish", 18),
        Of("Gelu", 20),
        Of("Swish", 24),
        Of("ThresholdedRelu") with { Model = () => Through.Image((m, x) => m.Op("ThresholdedRelu", [x], ("alpha", 0.1f))) },
        Microsoft("Gelu"),
        Microsoft("QuickGelu"),
        new("Cast", "", () => Through.Image((m, x) => m.Cast(m.Cast(x, DataType.Double), DataType.Float))) { Parameters = 137 },
        new("Not", "", () => Through.Image((m, x) => m.Cast(m.Op("Not", [m.Op("Greater", [x, m.Scalar(0)])]), DataType.Float))),
        new("BitwiseNot", "", () => Through.Image((m, x) => m.Cast(m.Op("BitwiseNot", [m.Cast(m.Op("Mul", [x, m.Scalar(100)]), DataType.Int32)]), DataType.Float), 18)),
        .. new[] { "IsInf", "IsNaN" }.Select(op => new ShrinkCase(op, "", () => Through.Image((m, x) => m.Op("Add", [x, m.Cast(m.Op(op, [x]), DataType.Float)])))),
        new("Clip", "limits as attributes", () => Through.Image((m, x) => m.Op("Clip", [x], ("min", -0.5f), ("max", 0.5f)), 6 + 3)) { Parameters = 137 },
        new("Clip", "limits as inputs", () => Through.Image((m, x) => m.Op("Clip", [x, m.Scalar(-0.5f), m.Scalar(0.5f)]))) { Parameters = 137 },
        new("Clip", "only the upper limit", () => Through.Image((m, x) => m.Op("Clip", [x, "", m.Scalar(0.5f)]))) { Parameters = 137 },
        new("Dropout", "ratio as attribute", () => Through.Image((m, x) => m.Op("Dropout", [x], ("ratio", 0.5f)), 10)) { Parameters = 137 },
        new("Dropout", "ratio as input", () => Through.Image((m, x) => m.Op("Dropout", [x, m.Scalar(0.5f)]))) { Parameters = 137 },
        new("Dropout", "with its mask", () => Through.Image((m, x) => m.Ops("Dropout", [x], 2)[0])) { Parameters = 137 },
    ];

    private static ShrinkCase Of(string op, long opset = 17, Func<CaseModel, string, string>? before = null) =>
        new(op, "", () => Through.Image((m, x) => m.Op(op, [before?.Invoke(m, x) ?? x]), opset)) { Parameters = 137 };

    private static ShrinkCase Microsoft(string op) =>
        new(op, "", () => Through.Image((m, x) => m.Op($"com.microsoft.{op}", [x]))) { Domain = "com.microsoft", Parameters = 137 };
}
