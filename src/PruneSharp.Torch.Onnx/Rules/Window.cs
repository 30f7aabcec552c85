namespace PruneSharp.Torch.Onnx;

/// <summary>How a window moves over the spatial axes, as convolutions and pools do it.</summary>
internal sealed record Window(IReadOnlyList<long> Kernel, IReadOnlyList<long> Stride, IReadOnlyList<long> Dilation, IReadOnlyList<long> Before, IReadOnlyList<long> After)
{
    /// <summary>Number of spatial axes.</summary>
    public int Axes => Kernel.Count;

    /// <summary>A window that is padded alike on both sides; lists of one entry count for all axes, null ones have the default.</summary>
    public static Window Of(IReadOnlyList<long> kernel, IReadOnlyList<long>? stride, IReadOnlyList<long>? padding, IReadOnlyList<long>? dilation = null) =>
        new(kernel, All(stride, kernel), All(dilation, kernel.Select(_ => 1L)), All(padding, kernel.Select(_ => 0L)), All(padding, kernel.Select(_ => 0L)));

    /// <summary>Cells from the first to the last that the window covers.</summary>
    public long Reach(int axis) => Dilation[axis] * (Kernel[axis] - 1) + 1;

    /// <summary>Sizes of the spatial axes behind the window, rounded down.</summary>
    public IReadOnlyList<long?> Sizes(IReadOnlyList<long?> sizes) => [.. sizes.Select((size, i) => size is { } s ? (s + Before[i] + After[i] - Reach(i)) / Stride[i] + 1 : (long?)null)];

    /// <summary>The settings that Conv and the pools have in common.</summary>
    public OnnxAttribute[] Attributes() => [new("kernel_shape", Kernel), new("strides", Stride), new("dilations", Dilation), new("pads", [.. Before, .. After])];

    private static IReadOnlyList<long> All(IReadOnlyList<long>? given, IEnumerable<long> otherwise)
    {
        var defaults = otherwise.ToList();
        return given is null || given.Count == 0 ? defaults : given.Count == 1 ? [.. defaults.Select(_ => given[0])] : given;
    }
}
