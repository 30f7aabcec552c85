using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>Modules that put cells around their input.</summary>
internal static class PaddingRules
{
    /// <summary>The rules.</summary>
    public static IEnumerable<ModuleRule> All =>
    [
        Of<ZeroPad2d>(PaddingModes.Constant), Of<ConstantPad1d>(PaddingModes.Constant), Of<ConstantPad2d>(PaddingModes.Constant), Of<ConstantPad3d>(PaddingModes.Constant),
        Of<ReflectionPad1d>(PaddingModes.Reflect), Of<ReflectionPad2d>(PaddingModes.Reflect), Of<ReflectionPad3d>(PaddingModes.Reflect),
        Of<ReplicationPad1d>(PaddingModes.Replicate), Of<ReplicationPad2d>(PaddingModes.Replicate), Of<ReplicationPad3d>(PaddingModes.Replicate),
    ];

    /// <summary>Pads the last axes.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">What to pad.</param>
    /// <param name="padding">Cells before and after the last axis, then before and after the one before it, and so on.</param>
    /// <param name="mode">What the cells hold.</param>
    /// <param name="value">The constant.</param>
    public static OnnxValue Pad(OnnxGraph graph, OnnxValue x, IReadOnlyList<long> padding, PaddingModes mode, double value)
    {
        if (mode == PaddingModes.Circular)
            return Circular(graph, x, padding);
        long[] before = new long[x.Rank], after = new long[x.Rank];
        for (int i = 0; i < padding.Count / 2; i++)
            (before[x.Rank - 1 - i], after[x.Rank - 1 - i]) = (padding[2 * i], padding[2 * i + 1]);
        string name = mode switch { PaddingModes.Reflect => "reflect", PaddingModes.Replicate => "edge", _ => "constant" };
        var shape = x.Shape.Select((d, i) => d + before[i] + after[i]).ToList();
        return graph.Node("Pad", [x, graph.Integers([.. before, .. after]), name == "constant" && value != 0 ? graph.Number(value, x) : null], shape, new OnnxAttribute("mode", name));
    }

    private static ModuleRule Of<T>(PaddingModes mode)
        where T : PadBase =>
        ModuleRule.Of<T>("Pad", (graph, module, x) => Pad(graph, x, module.padding, mode, module.value));

    // Opset 17 cannot wrap around, so the ends are put there by hand.
    private static OnnxValue Circular(OnnxGraph graph, OnnxValue x, IReadOnlyList<long> padding)
    {
        for (int i = 0; i < padding.Count / 2; i++)
        {
            int axis = x.Rank - 1 - i;
            long before = padding[2 * i], after = padding[2 * i + 1];
            List<OnnxValue> parts = [x];
            if (before > 0)
                parts.Insert(0, graph.Slice(x, axis, -before, long.MaxValue, before));
            if (after > 0)
                parts.Add(graph.Slice(x, axis, 0, after, after));
            x = parts.Count == 1 ? x : graph.Concat(axis, parts);
        }

        return x;
    }
}
