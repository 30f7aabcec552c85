using static PruneSharp.Onnx.Proto.TensorProto.Types;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Operators whose output has a size that the model computes, and numbers computed from sizes.</summary>
internal static class SizeCases
{
    public static IEnumerable<ShrinkCase> All =>
    [
        Of("Expand", "a number for each channel to the shape of the picture", (m, x) => m.Op("Add", [x, m.Op("Expand", [m.Weight("p", 8, 1, 1), m.Op("Shape", [x])])])) with { Parameters = 141 },
        Of("Expand", "to given sizes", (m, x) => m.Op("Add", [x, m.Op("Expand", [m.Weight("p", 8, 1, 1), m.Longs(8, 6, 6)])])) with { Parameters = 141 },
        Of("Expand", "one number to all channels", (m, x) => m.Op("Add", [x, m.Op("Expand", [m.Weight("p", 1), m.Op("Concat", [Size(m, x, 0), m.Longs(8, 1, 1)], ("axis", 0))])])) with { Parameters = 138 },
        Of("Expand", "by fewer axes and ones", (m, x) => m.Op("Expand", [x, m.Longs(6, 1)])) with { Parameters = 137 },
        new("Expand", "one key head for several queries", () => Through.Tokens(Repeated, channels: 24)) { Units = 2, Parameters = 24 + 60 },
        Of("Tile", "the channels", (m, x) => m.Op("Tile", [x, m.Longs(1, 3, 1, 2)]), 24) with { Parameters = 112 + 65 },
        Of("ConstantOfShape", "of the picture's shape", (m, x) => m.Op("Add", [x, m.Op("ConstantOfShape", [m.Op("Shape", [x])], ("value", One))])) with { Parameters = 137 },
        Of("ConstantOfShape", "of given sizes", (m, x) => m.Op("Add", [x, m.Op("ConstantOfShape", [m.Longs(8, 1, 6)], ("value", One))])) with { Parameters = 137 },
        Of("Shape", "a scale computed from the channels", (m, x) => m.Op("Div", [x, m.Op("Sqrt", [m.Cast(Size(m, x, 1), DataType.Float)])])) with { Parameters = 137 },
        Of("Shape", "a scale computed from a part of the shape", (m, x) => m.Op("Div", [x, m.Cast(m.Op("ReduceProd", [m.Op("Shape", [x], ("start", 1), ("end", -1))], ("keepdims", 0)), DataType.Float)])) with { Parameters = 137 },
        Of("Size", "a scale computed from all sizes", (m, x) => m.Op("Div", [x, m.Cast(m.Op("Size", [x]), DataType.Float)]), batch: 2) with { Parameters = 137 },
        Of("Size", "a scale that depends on the batch", (m, x) => m.Op("Div", [x, m.Cast(m.Op("Size", [x]), DataType.Float)])) with { Outcome = ShrinkOutcome.Stays, Reason = "a number computed from the channel count depends on the input too" },
        Of("Shape", "a position for each channel", (m, x) => m.Op("Add", [x, m.Op("Reshape", [m.Cast(m.Op("Range", [m.Long(0), m.Op("Squeeze", [Size(m, x, 1)]), m.Long(1)]), DataType.Float), m.Longs(-1, 1, 1)])])) with { Outcome = ShrinkOutcome.Stays, Reason = "Range is not an operator whose channels can be followed" },
    ];

    private static Onnx.Proto.TensorProto One => new() { Name = "one", DataType = (int)DataType.Float, Dims = { 1 }, FloatData = { 1 } };

    private static ShrinkCase Of(string op, string form, Func<CaseModel, string, string> middle, int channels = 8, long batch = -1) => new(op, form, () => Through.Image(middle, 17, channels, batch));

    private static string Size(CaseModel m, string x, long axis) => m.Op("Gather", [m.Op("Shape", [x]), m.Longs(axis)]);

    // Grouped-query attention: [batch, 4, 2 heads · 4] to [batch, 4, 2 · 3 heads · 4].
    private static string Repeated(CaseModel m, string x)
    {
        string heads = m.Op("Unsqueeze", [m.Turned(m.Op("Reshape", [x, m.Longs(0, 4, 2, 4)]), 0, 2, 1, 3), m.Longs(2)]);
        string sizes = m.Op("Concat", [Size(m, x, 0), m.Longs(2, 3, 4, 4)], ("axis", 0));
        string repeated = m.Op("Reshape", [m.Op("Expand", [heads, sizes]), m.Longs(0, 6, 4, 4)]);
        return m.Op("Reshape", [m.Turned(repeated, 0, 2, 1, 3), m.Longs(0, 4, 24)]);
    }
}
