namespace PruneSharp.Onnx;

/// <summary>Operators that make tensors of dimensions, or of dimensions given as values.</summary>
internal static class SourceRules
{
    /// <summary>One value by axis from start to end.</summary>
    public static long[]?[]? Shape(NodeShapes node)
    {
        if (node.Dims(0) is not { } dims)
            return null;
        var (start, end) = Ends(node, dims.Length);
        return [[Math.Max(0, end - start)]];
    }

    /// <summary>The first axis that a Shape lists, and the first that it does not.</summary>
    public static (int Start, int End) Ends(NodeShapes node, int rank)
    {
        long start = node.Int("start", 0), end = node.Int("end", rank);
        return ((int)Math.Clamp(start < 0 ? start + rank : start, 0, rank), (int)Math.Clamp(end < 0 ? end + rank : end, 0, rank));
    }

    /// <summary>The values of the input.</summary>
    public static long[]?[]? ConstantOfShape(NodeShapes node) => [node.Integers(0)];

    /// <summary>The values of an attribute.</summary>
    public static long[]?[]? Random(NodeShapes node) => [node.Ints("shape")];

    /// <summary>From start to limit in steps of delta, for integers.</summary>
    public static long[]?[]? Range(NodeShapes node)
    {
        if (node.Integers(0) is not [var start] || node.Integers(1) is not [var limit] || node.Integers(2) is not [var delta] || delta == 0)
            return null;
        long span = checked(delta > 0 ? limit - start : start - limit), step = checked(Math.Abs(delta));
        return [[span <= 0 ? 0 : (span - 1) / step + 1]];
    }

    /// <summary>One more axis, as long as depth says.</summary>
    public static long[]?[]? OneHot(NodeShapes node)
    {
        if (node.Dims(0) is not { } dims || node.Integers(1) is not [var depth] || Dimensions.Axis(node.Int("axis", -1), dims.Length + 1) is not { } axis)
            return null;
        return [[.. dims[..axis], depth, .. dims[axis..]]];
    }
}
