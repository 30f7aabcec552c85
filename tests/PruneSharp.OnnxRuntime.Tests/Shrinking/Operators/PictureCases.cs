using static PruneSharp.Onnx.Proto.TensorProto.Types;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Operators on pictures: pools, sizes, padding.</summary>
internal static class PictureCases
{
    private static readonly (string, object) Kernel = ("kernel_shape", new long[] { 2, 2 });

    public static IEnumerable<ShrinkCase> All =>
    [
        .. "AveragePool LpPool MaxPool".Split(' ').Select(op => Of(op, "", (m, x) => m.Op(op, [x], Kernel, ("strides", new long[] { 2, 2 })))),
        .. "GlobalAveragePool GlobalLpPool GlobalMaxPool".Split(' ').Select(op => Of(op, "", (m, x) => m.Op(op, [x]))),
        Stays("MaxPool", "with its indices", "its channels cannot be told from its other axes", (m, x) => m.Op("Add", [.. Indexed(m, x)])),
        Of("GridSample", "", (m, x) => m.Op("GridSample", [x, Grid(m)]), 16) with { Parameters = null },
        Of("GridSample", "opset 20", (m, x) => m.Op("GridSample", [x, Grid(m)], ("mode", "linear")), 20) with { Parameters = null },
        Of("Upsample", "scales as input (opset 9)", (m, x) => m.Op("Upsample", [x, m.Floats([1, 1, 2, 2], 4)]), 9) with { Parameters = null },
        Of("Upsample", "scales as attribute (opset 7)", (m, x) => m.Op("Upsample", [x], ("scales", new float[] { 1, 1, 2, 2 })), 7),
        Of("Resize", "scales (opset 10)", (m, x) => m.Op("Resize", [x, m.Floats([1, 1, 2, 2], 4)]), 10) with { Parameters = null },
        Of("Resize", "scales", (m, x) => m.Op("Resize", [x, "", m.Floats([1, 1, 2, 2], 4)], ("mode", "linear"))) with { Parameters = null },
        Of("Resize", "a region and scales", (m, x) => m.Op("Resize", [x, m.Floats([0, 0, 0.2f, 0.2f, 1, 1, 0.8f, 0.8f], 8), m.Floats([1, 1, 2, 2], 4)], ("mode", "linear"), ("coordinate_transformation_mode", "tf_crop_and_resize"))) with { Parameters = null },
        Of("Resize", "sizes", (m, x) => m.Op("Resize", [m.Conv("x", "fixed", [8, 3, 1, 1]), "", "", m.Longs(1, 8, 12, 12)]), batch: 1) with { Producer = "fixed" },
        Of("Resize", "computed sizes", (m, x) => m.Op("Resize", [x, "", "", m.Op("Concat", [m.Op("Slice", [m.Op("Shape", [x]), m.Longs(0), m.Longs(2)]), m.Longs(12, 12)], ("axis", 0))])),
        Of("Resize", "sizes of named axes (opset 18)", (m, x) => m.Op("Resize", [x, "", "", m.Longs(12, 12)], ("axes", new long[] { 2, 3 })), 18),
        Of("Resize", "sizes of all axes by name (opset 18)", (m, x) => m.Op("Resize", [x, "", "", m.Longs(12, 12, 8)], ("axes", new long[] { 2, 3, 1 })), 18),
        Stays("Resize", "of the channels", "spatial axis", (m, x) => m.Op("Resize", [x, "", m.Floats([1, 2, 2, 2], 4)]), 16),
        Of("Pad", "pads as attribute (opset 2)", (m, x) => m.Op("Pad", [x], ("pads", new long[] { 0, 0, 1, 1, 0, 0, 2, 2 })), 10),
        Of("Pad", "pads as input", (m, x) => m.Op("Pad", [x, m.Longs(0, 0, 1, 1, 0, 0, 2, 2), m.Scalar(0.5f)])),
        Of("Pad", "reflected", (m, x) => m.Op("Pad", [x, m.Longs(0, 0, 1, 1, 0, 0, 2, 2)], ("mode", "reflect"))),
        Of("Pad", "axes by name (opset 18)", (m, x) => m.Op("Pad", [x, m.Longs(1, 1, 2, 2), "", m.Longs(-1, 2)]), 18),
        Stays("Pad", "of the channels", "padded axis", (m, x) => m.Op("Pad", [x, m.Longs(0, 1, 0, 0, 0, 1, 0, 0)]), 10),
        Stays("Pad", "of the channels, as many as are cut", "padded axis", (m, x) => m.Op("Pad", [x, m.Longs(0, 1, 0, 0, 0, -1, 0, 0)])),
        Of("DepthToSpace", "DCR", (m, x) => m.Op("DepthToSpace", [x], ("blocksize", 2)), channels: 2) with { Units = 2, Parameters = 112 + 10 },
        Of("DepthToSpace", "CRD", (m, x) => m.Op("DepthToSpace", [x], ("blocksize", 2), ("mode", "CRD")), channels: 2) with { Units = 2, Parameters = 112 + 10 },
        Of("SpaceToDepth", "", (m, x) => m.Op("SpaceToDepth", [x], ("blocksize", 2)), channels: 32) with { Parameters = 112 + 85 },
    ];

    private static ShrinkCase Of(string op, string form, Func<CaseModel, string, string> middle, long opset = 17, int channels = 8, long? batch = null) =>
        new(op, form, () => Through.Image(middle, opset, channels, batch ?? -1)) { Parameters = channels == 8 && batch is null ? 137 : null };

    private static ShrinkCase Stays(string op, string form, string reason, Func<CaseModel, string, string> middle, int channels = 8) =>
        new(op, form, () => Through.Image(middle, 17, channels)) { Outcome = ShrinkOutcome.Stays, Reason = reason };

    private static string[] Indexed(CaseModel model, string x)
    {
        string[] outputs = model.Ops("MaxPool", [x], 2, Kernel);
        return [outputs[0], model.Cast(outputs[1], DataType.Float)];
    }

    // One grid for each picture of the batch.
    private static string Grid(CaseModel model)
    {
        string batch = model.Op("Slice", [model.Op("Shape", ["x"]), model.Longs(0), model.Longs(1)]);
        return model.Op("Expand", [model.Weight("grid", 1, 4, 4, 2), model.Op("Concat", [batch, model.Longs(4, 4, 2)], ("axis", 0))]);
    }
}
