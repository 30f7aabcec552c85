using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>Upsample.</summary>
internal static class UpsampleRules
{
    // Torch's cubic interpolation; ONNX has this as its default too, but says so as an attribute.
    private const double Cubic = -0.75;

    /// <summary>The rules.</summary>
    public static IEnumerable<ModuleRule> All => [ModuleRule.Of<Upsample>("Resize", (graph, m, x) => Upsample(graph, m, x))];

    private static OnnxValue Upsample(OnnxGraph graph, Upsample module, OnnxValue x)
    {
        var spatial = x.Shape.Skip(2).ToList();
        long[]? sizes = PerAxis(module.size.ToArray(), spatial.Count);
        double[]? factors = PerAxis(module.scale_factor.ToArray(), spatial.Count);
        if (factors is not null && module.recompute_scale_factor == true && factors.Any(f => f != Math.Floor(f)))
        {
            // The coordinates then come from the rounded sizes.
            sizes = [.. spatial.Zip(factors, (size, factor) => size is { } s ? (long)Math.Floor(s * factor) : throw graph.Unsupported("recompute_scale_factor needs inputs of known size. Give the input's sizes instead of -1."))];
        }

        IReadOnlyList<long?> result = sizes is not null ? [.. sizes.Select(s => (long?)s)] : [.. spatial.Zip(factors!, (size, factor) => size is { } s ? (long?)Math.Floor(s * factor) : null)];
        IReadOnlyList<long?> shape = [x.Shape[0], x.Shape[1], .. result];
        for (int axis = 0; axis < spatial.Count; axis++)
        {
            if (!ResizedAxis.IsSame(spatial[axis], sizes?[axis], factors?[axis], module.mode == UpsampleMode.Nearest))
                throw graph.Unsupported($"TorchSharp and ONNX Runtime would resize axis {axis + 2} differently by this {(sizes is null ? "factor" : "size")}{(spatial[axis] is null ? " at some lengths; give the input's length, or use" : "; use")} a whole factor.");
        }

        if (sizes is null)
            return graph.Node("Resize", [x, null, graph.Reals([1, 1, .. factors!])], shape, Attributes(module));
        var whole = graph.Concat(0, graph.Slice(graph.ShapeOf(x), 0, 0, 2, 2), graph.Integers(sizes));
        return graph.Node("Resize", [x, null, null, whole], shape, Attributes(module));
    }

    private static OnnxAttribute[] Attributes(Upsample module)
    {
        string coordinates = module.mode == UpsampleMode.Nearest ? "asymmetric" : module.align_corners == true ? "align_corners" : "half_pixel";
        return module.mode switch
        {
            UpsampleMode.Nearest => [new("mode", "nearest"), new("nearest_mode", "floor"), new("coordinate_transformation_mode", coordinates)],
            UpsampleMode.Bicubic => [new("mode", "cubic"), new("cubic_coeff_a", Cubic), new("coordinate_transformation_mode", coordinates)],
            _ => [new("mode", "linear"), new("coordinate_transformation_mode", coordinates)],
        };
    }

    private static T[]? PerAxis<T>(T[] given, int count) => given.Length == 0 ? null : given.Length == 1 ? [.. Enumerable.Repeat(given[0], count)] : given;
}
