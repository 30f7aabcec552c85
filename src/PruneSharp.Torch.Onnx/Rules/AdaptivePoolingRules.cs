using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>Pools to a given output size.</summary>
internal static class AdaptivePoolingRules
{
    private const string Operators = "Global{0}Pool; {0}Pool, Reduce{1} where sizes divide";

    /// <summary>The rules.</summary>
    public static IEnumerable<ModuleRule> All =>
    [
        Average<AdaptiveAvgPool1d>(m => [m.output_size]), Average<AdaptiveAvgPool2d>(m => m.output_size), Average<AdaptiveAvgPool3d>(m => m.output_size),
        Max<AdaptiveMaxPool1d>(m => [m.output_size]), Max<AdaptiveMaxPool2d>(m => m.output_size),
    ];

    private static ModuleRule Average<T>(Func<T, IReadOnlyList<long>> size)
        where T : nn.Module =>
        Of(size, "Average", "Mean");

    private static ModuleRule Max<T>(Func<T, IReadOnlyList<long>> size)
        where T : nn.Module =>
        Of(size, "Max", "Max");

    private static ModuleRule Of<T>(Func<T, IReadOnlyList<long>> size, string pool, string reduce)
        where T : nn.Module =>
        ModuleRule.Of<T>(string.Format(System.Globalization.CultureInfo.InvariantCulture, Operators, pool, reduce), (graph, module, x) => Batch.Of(graph, x, size(module).Count, batched => Pool(graph, batched, size(module), pool, reduce)));

    private static OnnxValue Pool(OnnxGraph graph, OnnxValue x, IReadOnlyList<long> sizes, string pool, string reduce)
    {
        if (sizes.All(s => s == 1))
            return graph.Node($"Global{pool}Pool", [x], [x.Shape[0], x.Shape[1], .. sizes.Select(s => (long?)s)]);

        // Axes that shrink to one cell need no size; the others need windows that divide it.
        long[] single = [.. Enumerable.Range(2, sizes.Count).Where(axis => sizes[axis - 2] == 1).Select(axis => (long)axis)];
        if (single.Length > 0)
            x = graph.Node($"Reduce{reduce}", [x], [.. x.Shape.Select((d, axis) => single.Contains(axis) ? 1 : d)], new OnnxAttribute("axes", single));
        var kernel = sizes.Select((size, i) => Kernel(graph, x.Shape[i + 2], size)).ToList();
        if (kernel.All(k => k == 1))
            return x;
        var window = Window.Of(kernel, kernel, null);
        return graph.Node($"{pool}Pool", [x], [x.Shape[0], x.Shape[1], .. sizes.Select(s => (long?)s)], new("kernel_shape", window.Kernel), new("strides", window.Stride));
    }

    private static long Kernel(OnnxGraph graph, long? input, long output)
    {
        if (input is not { } size)
            throw graph.Unsupported($"it pools an axis of unknown size to {output} cells; ONNX has fixed windows. Give the input's sizes instead of -1, or pool to 1.");
        return size % output == 0 ? size / output : throw graph.Unsupported($"it pools {size} cells to {output}; ONNX has windows of one size, so {output} must divide {size}. Change the input's size, or pool to 1.");
    }
}
