namespace PruneSharp.Torch.Onnx;

/// <summary>
/// A pool's window with its rounding. Torch rounds up but drops a last window that would lie in the padding only, ONNX Runtime's releases
/// differ there; so where sizes are known rounding up becomes padding behind, and elsewhere it is left to the runtime only where the two agree.
/// </summary>
internal sealed record Ceil(Window Window, bool AtRunTime)
{
    /// <summary>The window for an input of <c>[batch, channels, spatial…]</c>.</summary>
    public static Ceil Of(OnnxGraph graph, OnnxValue x, Window window, bool ceil)
    {
        if (!ceil)
            return new(window, false);
        var axes = Enumerable.Range(0, window.Axes).ToList();
        if (axes.All(i => x.Shape[i + 2] is not null))
        {
            var grown = window with { After = [.. axes.Select(i => window.After[i] + Extra(window, i, x.Shape[i + 2]!.Value))] };
            return axes.Any(i => window.Dilation[i] > 1 && grown.After[i] >= window.Kernel[i])
                ? throw graph.Unsupported("ceil_mode with this dilation would pad by more than the kernel, which ONNX Runtime refuses. Pad the input with a module of its own.")
                : new(grown, false);
        }

        if (axes.Any(i => window.Before[i] + window.Stride[i] > window.Reach(i)))
            throw graph.Unsupported("ceil_mode with this stride and padding needs inputs of known size. Give the input's sizes instead of -1.");
        return new(window, true);
    }

    /// <summary>The shape behind the window.</summary>
    public IReadOnlyList<long?> Shape(OnnxValue x) => [x.Shape[0], x.Shape[1], .. AtRunTime ? x.Shape.Skip(2).Select(_ => (long?)null) : Window.Sizes([.. x.Shape.Skip(2)])];

    /// <summary>The same for an input that holds that padding already.</summary>
    public Ceil Without(IReadOnlyList<long> before, IReadOnlyList<long>? after = null) => this with
    {
        Window = Window with
        {
            Before = [.. Window.Before.Zip(before, (all, done) => all - done)],
            After = [.. Window.After.Zip(after ?? before, (all, done) => all - done)],
        },
    };

    /// <summary>The settings of MaxPool.</summary>
    public OnnxAttribute[] Attributes() => [.. Window.Attributes(), new("ceil_mode", AtRunTime ? 1 : 0)];

    /// <summary>The settings of AveragePool, which has no dilation before opset 19 and counts no padding here.</summary>
    public OnnxAttribute[] AverageAttributes() => [.. Attributes().Where(a => a.Name != "dilations"), new("count_include_pad", 0)];

    private static long Extra(Window window, int axis, long size)
    {
        long free = size + window.Before[axis] + window.After[axis] - window.Reach(axis), stride = window.Stride[axis];
        long count = (free + stride - 1) / stride + 1;
        if ((count - 1) * stride >= size + window.Before[axis])
            count--;
        return Math.Max(0, (count - 1) * stride - free);
    }
}
