namespace PruneSharp.Onnx;

/// <summary>The same values under other dimensions, or in another order.</summary>
internal static class LayoutRules
{
    /// <summary>The wanted shape with 0 (unless allowzero) for "as in the input" and −1 for "what is left".</summary>
    public static long[]?[]? Reshape(NodeShapes node)
    {
        if (node.Dims(0) is not { } dims || node.Integers("shape", 1) is not { } shape || shape.Length > Dimensions.MostAxes || shape.Any(dim => dim < -1) || shape.Count(dim => dim == -1) > 1)
            return null;
        if (node.Int("allowzero", 0) == 0)
            for (int i = 0; i < shape.Length; i++)
                shape[i] = shape[i] == 0 ? dims[i] : shape[i];
        if (Dimensions.Count(dims) is not { } count || Dimensions.Count([.. shape.Where(dim => dim >= 0)]) is not { } known)
            return null;
        int free = Array.IndexOf(shape, -1);
        if (free >= 0)
            shape[free] = known == 0 ? 0 : count / known;
        return Dimensions.Count(shape) == count ? [shape] : null;
    }

    /// <summary>A matrix: the axes before and from the given one.</summary>
    public static long[]?[]? Flatten(NodeShapes node)
    {
        if (node.Dims(0) is not { } dims)
            return null;
        long axis = node.Int("axis", 1);
        int at = checked((int)(axis < 0 ? axis + dims.Length : axis));
        return [[Dimensions.Count(dims[..at]) ?? -1, Dimensions.Count(dims[at..]) ?? -1]];
    }

    /// <summary>Without the given axes of size 1, or without all of them.</summary>
    public static long[]?[]? Squeeze(NodeShapes node)
    {
        if (node.Dims(0) is not { } dims)
            return null;
        if (!node.Has("axes", 1))
            return [[.. dims.Where(dim => dim != 1)]];
        return node.Integers("axes", 1) is { } given && Dimensions.Axes(given, dims.Length) is { } axes && axes.All(axis => dims[axis] == 1)
            ? [[.. dims.Where((_, i) => !axes.Contains(i))]]
            : null;
    }

    /// <summary>With axes of size 1 at the given places of the result.</summary>
    public static long[]?[]? Unsqueeze(NodeShapes node)
    {
        if (node.Dims(0) is not { } dims || node.Integers("axes", 1) is not { } given || dims.Length + given.Length > Dimensions.MostAxes || Dimensions.Axes(given, dims.Length + given.Length) is not { } axes)
            return null;
        var result = dims.ToList();
        foreach (int axis in axes.Order())
            result.Insert(axis, 1);
        return [[.. result]];
    }

    /// <summary>Axes in another order, reversed by default.</summary>
    public static long[]?[]? Transpose(NodeShapes node) =>
        node.Dims(0) is { } dims && Order(node, dims.Length) is { } order ? [[.. order.Select(axis => dims[axis])]] : null;

    /// <summary>The order of a Transpose; null where it is none.</summary>
    public static int[]? Order(NodeShapes node, int rank) =>
        node.Ints("perm") is not { } given ? [.. Enumerable.Range(0, rank).Reverse()]
        : given.Length == rank && given.All(axis => axis >= 0) ? Dimensions.Axes(given, rank)
        : null;

    /// <summary>Blocks of channels to height and width.</summary>
    public static long[]?[]? DepthToSpace(NodeShapes node)
    {
        long block = node.Int("blocksize", 0);
        return node.Dims(0) is { Length: 4 } x && block > 0 && x[1] % checked(block * block) == 0
            ? [[x[0], x[1] / (block * block), checked(x[2] * block), checked(x[3] * block)]]
            : null;
    }

    /// <summary>Blocks of height and width to channels.</summary>
    public static long[]?[]? SpaceToDepth(NodeShapes node)
    {
        long block = node.Int("blocksize", 0);
        return node.Dims(0) is { Length: 4 } x && block > 0 && x[2] % block == 0 && x[3] % block == 0
            ? [[x[0], checked(x[1] * block * block), x[2] / block, x[3] / block]]
            : null;
    }
}
