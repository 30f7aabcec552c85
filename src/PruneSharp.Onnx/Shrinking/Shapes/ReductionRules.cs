namespace PruneSharp.Onnx;

/// <summary>Reductions along axes, and selections along one.</summary>
internal static class ReductionRules
{
    /// <summary>Reduced axes become 1, or go.</summary>
    public static long[]?[]? Reduce(NodeShapes node) =>
        node.Dims(0) is { } dims && Axes(node, dims.Length) is { } axes ? Without(node, dims, axes) : null;

    /// <summary>The axes of a reduction; all of them where none are given, unless it says that none means none. Null where they are not known.</summary>
    public static int[]? Axes(NodeShapes node, int rank)
    {
        var given = node.Integers("axes", 1);
        if (given is null && node.Has("axes", 1))
            return null;
        return given is { Length: > 0 } ? Dimensions.Axes(given, rank) : node.Int("noop_with_empty_axes", 0) != 0 ? [] : [.. Enumerable.Range(0, rank)];
    }

    /// <summary>Index of the greatest or least along one axis.</summary>
    public static long[]?[]? ArgReduce(NodeShapes node) =>
        node.Dims(0) is { } dims && Dimensions.Axis(node.Int("axis", 0), dims.Length) is { } axis ? Without(node, dims, [axis]) : null;

    /// <summary>The k best along one axis, and their indices.</summary>
    public static long[]?[]? TopK(NodeShapes node)
    {
        if (node.Dims(0) is not { } dims || Dimensions.Axis(node.Int("axis", -1), dims.Length) is not { } axis)
            return null;
        long k = node.Int("k", node.Integers(1) is [var given] ? given : -1);
        if (k < 0 || k > dims[axis])
            return null;
        dims[axis] = k;
        return [dims, dims];
    }

    private static long[]?[]? Without(NodeShapes node, long[] dims, int[] axes) => node.Int("keepdims", 1) != 0
        ? [[.. dims.Select((dim, i) => axes.Contains(i) ? 1 : dim)]]
        : [[.. dims.Where((_, i) => !axes.Contains(i))]];
}
