using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>Pools with a window of fixed size.</summary>
internal static class PoolingRules
{
    /// <summary>The rules.</summary>
    public static IEnumerable<ModuleRule> All =>
    [
        ModuleRule.Of<MaxPool1d>("MaxPool", (graph, m, x) => Max(graph, x, Window.Of([m.kernel_size], One(m.stride), One(m.padding), One(m.dilation)), m.ceil_mode)),
        ModuleRule.Of<MaxPool2d>("MaxPool", (graph, m, x) => Max(graph, x, Window.Of(m.kernel_size, m.stride, m.padding, m.dilation), m.ceil_mode)),
        ModuleRule.Of<MaxPool3d>("MaxPool", (graph, m, x) => Max(graph, x, Window.Of(m.kernel_size, m.stride, m.padding, m.dilation), m.ceil_mode)),
        ModuleRule.Of<AvgPool1d>("AveragePool; Pad", (graph, m, x) => Average(graph, x, Window.Of([m.kernel_size], One(m.stride), One(m.padding)), m.ceil_mode, m.count_include_pad, null)),
        ModuleRule.Of<AvgPool2d>("AveragePool; Pad", (graph, m, x) => Average(graph, x, Window.Of(m.kernel_size, m.stride, m.padding), m.ceil_mode, m.count_include_pad, m.divisor_override)),
        ModuleRule.Of<AvgPool3d>("AveragePool; Pad", (graph, m, x) => Average(graph, x, Window.Of(m.kernel_size, m.stride, m.padding), m.ceil_mode, m.count_include_pad, m.divisor_override)),
        ModuleRule.Of<LPPool1d>("Pow, AveragePool, Mul, Pow", (graph, m, x) => Power(graph, x, Window.Of([m.kernel_size], One(m.stride), null), m.norm_type, m.ceil_mode)),
        ModuleRule.Of<LPPool2d>("Pow, AveragePool, Mul, Pow", (graph, m, x) => Power(graph, x, Window.Of(m.kernel_size, m.stride, null), m.norm_type, m.ceil_mode)),
    ];

    private static long[]? One(long? value) => value is { } given ? [given] : null;

    private static OnnxValue Max(OnnxGraph graph, OnnxValue x, Window window, bool ceil) => Batch.Of(graph, x, window.Axes, batched =>
    {
        var rounded = Ceil.Of(graph, batched, window, ceil);
        return graph.Node("MaxPool", [batched], rounded.Shape(batched), rounded.Attributes());
    });

    private static OnnxValue Average(OnnxGraph graph, OnnxValue x, Window window, bool ceil, bool countPadding, long? divisor) => Batch.Of(graph, x, window.Axes, batched =>
    {
        var rounded = Ceil.Of(graph, batched, window, ceil);
        if (divisor is { } fixedDivisor)
            return Sum(graph, batched, rounded, fixedDivisor);

        // Padding counts where it is said to, but never the cells that rounding up adds.
        bool padded = countPadding && window.Before.Any(p => p > 0);
        var source = padded ? Zeros(graph, batched, window.Before, window.Before) : batched;
        var inner = padded ? rounded.Without(window.Before) : rounded;
        return graph.Node("AveragePool", [source], rounded.Shape(batched), inner.AverageAttributes());
    });

    private static OnnxValue Sum(OnnxGraph graph, OnnxValue x, Ceil rounded, long divisor)
    {
        if (rounded.AtRunTime)
            throw graph.Unsupported("divisor_override with ceil_mode needs inputs of known size. Give the input's sizes instead of -1.");
        var window = rounded.Window;
        var padded = window.Before.Concat(window.After).Any(p => p != 0) ? Zeros(graph, x, window.Before, window.After) : x;
        var average = graph.Node("AveragePool", [padded], rounded.Shape(x), rounded.Without(window.Before, window.After).AverageAttributes());
        return graph.Multiply(average, window.Kernel.Aggregate(1.0, (product, k) => product * k) / divisor);
    }

    private static OnnxValue Power(OnnxGraph graph, OnnxValue x, Window window, double norm, bool ceil)
    {
        var mean = Average(graph, graph.Node("Pow", [x, graph.Number(norm, x)], x.Shape), window, ceil, countPadding: true, null);
        var sum = graph.Multiply(mean, window.Kernel.Aggregate(1.0, (product, k) => product * k));
        return graph.Node("Pow", [sum, graph.Number(1 / norm, x)], sum.Shape);
    }

    private static OnnxValue Zeros(OnnxGraph graph, OnnxValue x, IReadOnlyList<long> before, IReadOnlyList<long> after) =>
        PaddingRules.Pad(graph, x, [.. Enumerable.Range(0, before.Count).Reverse().SelectMany(i => new[] { before[i], after[i] })], PaddingModes.Constant, 0);
}
