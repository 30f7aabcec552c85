namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Convolutions with floating-point weights.</summary>
internal static class ConvolutionCases
{
    private static readonly (string, object) Pads = ("pads", new long[] { 1, 1, 1, 1 });

    public static IEnumerable<ShrinkCase> All =>
    [
        new("Conv", "", () => Through.Image((m, x) => x)) { Parameters = 137 },
        new("Conv", "without bias", () => Through.Image((m, x) => m.Op("Conv", [x, m.Weight("mid", 6, 8, 1, 1)]), channels: 6)) { Parameters = 112 + 12 + 20 },
        new("Conv", "dilated, with strides", () => Through.Image((m, x) => m.Conv(x, "mid", [8, 8, 3, 3], ("dilations", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 })))) { Parameters = 112 + 148 + 25 },
        new("Conv", "one spatial axis", () => Lines(1)) { Parameters = (4 * 3 * 3) + 4 + (5 * 4) + 5 },
        new("Conv", "three spatial axes", () => Lines(3)) { Parameters = (4 * 3 * 27) + 4 + (5 * 4) + 5 },
        new("Conv", "grouped, its inputs", () => Through.Image((m, x) => m.Conv(x, "mid", [8, 4, 3, 3], Pads, ("group", 2)))) { Units = 4, Parameters = 112 + 76 + 25 },
        new("Conv", "grouped, its outputs", () => Through.Image((m, x) => m.Conv(x, "mid", [8, 4, 3, 3], Pads, ("group", 2)))) { Producer = "mid", Units = 4 },
        new("Conv", "depthwise", () => Through.Image((m, x) => m.Conv(x, "mid", [8, 1, 3, 3], Pads, ("group", 8)))) { Parameters = 112 + 40 + 25 },
        new("Conv", "depthwise with a multiplier", () => Through.Image((m, x) => m.Conv(x, "mid", [16, 1, 3, 3], Pads, ("group", 8)), channels: 16)) { Parameters = 112 + 80 + 45 },
        new("ConvTranspose", "", () => Through.Image((m, x) => Transposed(m, x, [8, 6, 2, 2], 6), channels: 6)) { Parameters = 112 + 51 + 20 },
        new("ConvTranspose", "its outputs", () => Through.Image((m, x) => Transposed(m, x, [8, 6, 2, 2], 6), channels: 6)) { Producer = "mid", Units = 6 },
        new("ConvTranspose", "grouped", () => Through.Image((m, x) => Transposed(m, x, [8, 4, 2, 2], 8, ("group", 2)))) { Units = 4, Parameters = 112 + (4 * 2 * 4) + 4 + 25 },
        new("ConvTranspose", "grouped, its outputs", () => Through.Image((m, x) => Transposed(m, x, [8, 4, 2, 2], 8, ("group", 2)))) { Producer = "mid", Units = 4 },
        new("ConvTranspose", "depthwise", () => Through.Image((m, x) => Transposed(m, x, [8, 1, 2, 2], 8, ("group", 8)))) { Parameters = 112 + 20 + 25 },
        new("ConvTranspose", "depthwise with a multiplier", () => Through.Image((m, x) => Transposed(m, x, [8, 2, 2, 2], 16, ("group", 8)), channels: 16)) { Parameters = 112 + 40 + 45 },
        new("FusedConv", "with an activation", () => Through.Image((m, x) => Fused(m, x, [])))  { Domain = "com.microsoft", Parameters = 112 + 20 + 25 },
        new("FusedConv", "with an activation and a residual", () => Through.Image((m, x) => Fused(m, x, [x])))  { Domain = "com.microsoft", Parameters = 112 + 20 + 25 },
    ];

    private static Onnx.Proto.ModelProto Lines(int axes)
    {
        var model = new CaseModel();
        long[] kernel = [.. Enumerable.Repeat(3L, axes)], one = [.. Enumerable.Repeat(1L, axes)], size = [.. Enumerable.Repeat(6L, axes)];
        return model.Output(model.Conv(model.Op("Relu", [model.Conv(model.Input([-1, 3, .. size]), "first", [8, 3, .. kernel])]), "last", [5, 8, .. one]));
    }

    private static string Transposed(CaseModel model, string x, long[] weight, long outputs, params (string, object)[] attributes) =>
        model.Op("ConvTranspose", [x, model.Weight("mid", weight), model.Weight("mid_bias", outputs)], [("strides", new long[] { 2, 2 }), .. attributes]);

    private static string Fused(CaseModel model, string x, string[] residual) =>
        model.Op("com.microsoft.FusedConv", [x, model.Weight("mid", 8, 8, 1, 1), model.Weight("mid_bias", 8), .. residual], ("activation", "Relu"));
}
