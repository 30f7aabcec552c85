using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Matrix products with floating-point weights.</summary>
internal static class ProductCases
{
    public static IEnumerable<ShrinkCase> All =>
    [
        new("MatMul", "two matrices", () => Through.Rows((m, x) => x)) { Parameters = 44 },
        new("MatMul", "sequences by a matrix", () => Through.Tokens((m, x) => m.Op("Relu", [x]))) { Parameters = 44 },
        new("MatMul", "a stack of weights", () => Stack()) { Parameters = 24 + (4 * 4 * 5) },
        new("MatMul", "two computed operands", () => Through.Tokens((m, x) => m.Op("MatMul", [m.Op("MatMul", [x, m.Turned(m.MatMul("x", "second", 6, 8), 0, 2, 1)]), m.MatMul("x", "third", 6, 7)]), channels: 7)) { Parameters = 24 + 24 + 18 + 15 },
        new("MatMul", "by a vector", () => Ends(m => m.Op("MatMul", [m.MatMul(m.Input(-1, 4, 6), "first", 6, 8), m.Weight("last", 8)]))) { Parameters = 28 },
        new("MatMul", "of a vector", () => Ends(m => m.MatMul(m.MatMul(m.Input(6), "first", 6, 8), "last", 8, 5))) { Parameters = 44 },
        new("MatMul", "the weight first", () => Ends(m => m.Op("MatMul", [m.Weight("last", 5, 8), m.Op("MatMul", [m.Weight("first", 8, 4), m.Input(-1, 4, 6)])]))) { Parameters = 36 },
        new("Gemm", "", () => Gemms([], [8], 6, 8)) { Parameters = 24 + 4 + 20 },
        new("Gemm", "transB", () => Gemms([("transB", 1)], [8], 8, 6)) { Parameters = 24 + 4 + 20 },
        new("Gemm", "alpha and beta", () => Gemms([("alpha", 0.5f), ("beta", 2f)], [8], 6, 8)) { Parameters = 24 + 4 + 20 },
        new("Gemm", "C [1, N]", () => Gemms([], [1, 8], 6, 8)) { Parameters = 24 + 4 + 20 },
        new("Gemm", "C [M, N]", () => Gemms([], [2, 8], 6, 8)) { Parameters = 24 + 8 + 20 },
        new("Gemm", "C [M, 1]", () => Gemms([], [2, 1], 6, 8)) { Parameters = 24 + 2 + 20 },
        new("Gemm", "C one number", () => Gemms([], [1], 6, 8)) { Parameters = 24 + 1 + 20 },
        new("Gemm", "without C", () => Ends(m => m.Op("Gemm", [m.Op("Gemm", [m.Input(-1, 6), m.Weight("first", 6, 8)]), m.Weight("last", 8, 5)]))) { Parameters = 44 },
        new("Gemm", "transA", () => Ends(m => m.Op("Gemm", [m.Turned(m.MatMul(m.Input(-1, 6), "first", 6, 8), 1, 0), m.Weight("last", 5, 8)], ("transA", 1), ("transB", 1)))) { Parameters = 44 },
        new("Gemm", "the weight first", () => Ends(m => m.Op("Gemm", [m.Weight("last", 5, 8), m.MatMul(m.Input(-1, 6), "first", 6, 8)], ("transB", 1)))) { Parameters = 44 },
        new("FusedGemm", "with an activation", () => Through.Rows((m, x) => m.Op("com.microsoft.FusedGemm", [x, m.Weight("mid", 8, 8), m.Weight("mid_bias", 8)], ("activation", "Relu")))) { Domain = "com.microsoft", Parameters = 44 + 20 },
        new("FusedMatMul", "alpha", () => Through.Tokens((m, x) => Fused(m, [x, m.Weight("mid", 8, 8)], ("alpha", 0.5f)))) { Domain = "com.microsoft", Parameters = 24 + 16 + 20 },
        new("FusedMatMul", "transB", () => Through.Tokens((m, x) => Fused(m, [x, m.Weight("mid", 6, 8)], ("transB", 1)), channels: 6)) { Domain = "com.microsoft", Parameters = 24 + 12 + 15 },
        new("FusedMatMul", "transA", () => Through.Tokens((m, x) => Fused(m, [m.Turned(x, 0, 2, 1), m.Weight("mid", 8, 6)], ("transA", 1)), channels: 6)) { Domain = "com.microsoft", Parameters = 24 + 12 + 15 },
        new("TransposeMatMul", "", () => Through.Tokens((m, x) => m.Op("com.microsoft.TransposeMatMul", [x, m.Weight("mid", 6, 8)], ("transB", 1)), channels: 6)) { Domain = "com.microsoft", Parameters = 24 + 12 + 15 },
        new("Einsum", "a product", () => Through.Tokens((m, x) => m.Op("Einsum", [x, m.Weight("mid", 8, 7)], ("equation", "btc,cd->btd")), channels: 7)) { Parameters = 24 + 12 + 15 },
        new("Einsum", "attention", () => Through.Tokens((m, x) => m.Op("Einsum", [m.Op("Einsum", [x, m.MatMul("x", "second", 6, 8)], ("equation", "b q d, b k d -> b q k")), m.MatMul("x", "third", 6, 7)], ("equation", "bqk,bkd->bqd")), channels: 7)) { Parameters = 24 + 24 + 18 + 15 },
        new("Einsum", "a letter summed alone", () => Ends(m => m.Op("Einsum", [m.MatMul(m.Input(-1, 4, 6), "first", 6, 8)], ("equation", "btc->bt")))) { Parameters = 24 },
        new("Einsum", "three operands", () => Through.Tokens((m, x) => m.Op("Einsum", [x, m.Weight("p", 8), m.Weight("mid", 8, 7)], ("equation", "btc,c,cd->btd")), channels: 7)) { Parameters = 24 + 4 + 12 + 15 },
        new("Einsum", "an ellipsis", () => Through.Tokens((m, x) => m.Op("Einsum", [x, m.Weight("mid", 8, 7)], ("equation", "...c,cd->...d")), channels: 7)) { Outcome = ShrinkOutcome.Stays, Reason = "its equation has no written result, or an ellipsis" },
        new("Einsum", "no written result", () => Through.Tokens((m, x) => m.Op("Einsum", [x, m.Weight("mid", 8, 7)], ("equation", "abc,cd")), channels: 7)) { Outcome = ShrinkOutcome.Stays, Reason = "its equation has no written result, or an ellipsis" },
        new("Einsum", "a diagonal", () => Ends(m => m.Op("Einsum", [m.MatMul(m.Input(8, 6), "first", 6, 8)], ("equation", "cc->c")))) { Outcome = ShrinkOutcome.Stays, Reason = "its equation does not match its operands" },
    ];

    private static ModelProto Ends(Func<CaseModel, string> end, long opset = 17)
    {
        var model = new CaseModel(opset);
        return model.Output(end(model));
    }

    private static ModelProto Stack()
    {
        var model = new CaseModel();
        return model.Output(model.MatMul(model.MatMul(model.Input(-1, 4, 3, 6), "first", 6, 8), "last", 4, 8, 5));
    }

    private static ModelProto Gemms((string, object)[] attributes, long[] c, params long[] weight) => Ends(m =>
        m.Op("Gemm", [m.Op("Gemm", [m.Input(c.Length > 1 ? 2 : -1, 6), m.Weight("first", weight), m.Weight("c", c)], attributes), m.Weight("last", 8, 5)]));

    private static string Fused(CaseModel model, string[] inputs, params (string, object)[] attributes) => model.Op("com.microsoft.FusedMatMul", inputs, attributes);
}
