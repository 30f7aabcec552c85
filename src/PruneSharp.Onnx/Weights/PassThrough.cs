using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Operators through which a constant is still the same constant.</summary>
internal static class PassThrough
{
    /// <summary>Whether the first input's values come out unchanged, in another shape, order or precision.</summary>
    public static bool Is(NodeProto node) =>
        node.OpType is "Identity" or "Transpose" or "Reshape" or "Squeeze" or "Unsqueeze" or "Flatten" or "Cast" or "CastLike" or "DequantizeLinear";

    /// <summary>The view behind the node; null where it cannot be followed.</summary>
    /// <param name="node">A node that <see cref="Is"/> accepts.</param>
    /// <param name="view">The view before it.</param>
    /// <param name="integers">Reads a small integer constant by name, for shapes and axes.</param>
    public static AxisView? Apply(NodeProto node, AxisView? view, Func<string, long[]?> integers)
    {
        if (view is null || node.Attribute.Any(a => a.RefAttrName.Length > 0))
            return null;
        if (node.OpType is "Identity" or "Cast" or "CastLike" or "DequantizeLinear")
            return view;
        var shape = view.Shape;
        switch (node.OpType)
        {
            case "Transpose":
                var order = node.Attribute.FirstOrDefault(a => a.Name == "perm")?.Ints.Select(i => (int)i).ToList();
                return view.Transpose(order ?? [.. Enumerable.Range(0, shape.Length).Reverse()]);
            case "Reshape":
                return Integers(node, "shape", integers) is { } target ? view.Reshape(target) : null;
            case "Flatten":
                long axis = WeightOperators.Int(node, "axis", 1);
                axis = axis < 0 ? axis + shape.Length : axis;
                return axis < 0 || axis > shape.Length ? null : view.Reshape([.. Product(shape.Take((int)axis)), .. Product(shape.Skip((int)axis))]);
            case "Squeeze":
                return Integers(node, "axes", integers) is { } removed
                    ? view.Reshape([.. shape.Where((_, i) => !removed.Contains(i) && !removed.Contains(i - shape.Length))])
                    : node.Input.Count < 2 ? view.Reshape([.. shape.Where(dim => dim != 1)]) : null;
            case "Unsqueeze":
                return Integers(node, "axes", integers) is { } added ? Unsqueeze(view, added) : null;
            default:
                return null;
        }
    }

    private static AxisView? Unsqueeze(AxisView view, long[] axes)
    {
        var shape = view.Shape.ToList();
        int rank = shape.Count + axes.Length;
        if (rank > AxisView.MostAxes)
            return null;
        foreach (long axis in axes.Select(a => a < 0 ? a + rank : a).Order())
        {
            if (axis < 0 || axis > shape.Count)
                return null;
            shape.Insert((int)axis, 1);
        }

        return view.Reshape(shape);
    }

    private static long[] Product(IEnumerable<long> dims) => [dims.Aggregate(1L, (product, dim) => product * dim)];

    // Older opsets give these as an attribute, newer ones as the second input.
    private static long[]? Integers(NodeProto node, string attribute, Func<string, long[]?> integers) =>
        node.Attribute.FirstOrDefault(a => a.Name == attribute) is { } given ? [.. given.Ints]
        : node.Input.Count > 1 ? integers(node.Input[1])
        : null;
}
