namespace PruneSharp.Onnx;

/// <summary>Operators that repeat or pad to sizes that are values of an input.</summary>
internal static class SizingRules
{
    /// <summary>Broadcast with a shape.</summary>
    public static long[]?[]? Expand(NodeShapes node) =>
        node.Dims(0) is { } dims && node.Integers(1) is { } shape && Dimensions.Broadcast(dims, shape) is { } result ? [result] : null;

    /// <summary>So many times along every axis; operator sets before 6 do it along one axis, and are unknown.</summary>
    public static long[]?[]? Tile(NodeShapes node) =>
        node.Dims(0) is { } dims && node.InputCount == 2 && node.Integers(1) is { } repeats && repeats.Length == dims.Length && repeats.All(r => r >= 0)
            ? [[.. dims.Zip(repeats, (dim, repeat) => checked(dim * repeat))]]
            : null;

    /// <summary>More, or less, before and behind each of the axes.</summary>
    public static long[]?[]? Pad(NodeShapes node)
    {
        if (node.Dims(0) is not { } dims || (node.Ints("paddings") ?? node.Integers("pads", 1)) is not { } pads)
            return null;
        if ((node.Has(3) ? node.Integers(3) : [.. Enumerable.Range(0, dims.Length).Select(axis => (long)axis)]) is not { } given
            || Dimensions.Axes(given, dims.Length) is not { } axes || pads.Length != 2 * axes.Length)
            return null;
        for (int i = 0; i < axes.Length; i++)
            dims[axes[i]] = checked(dims[axes[i]] + pads[i] + pads[i + axes.Length]);
        return [dims];
    }
}
