namespace PruneSharp.Onnx;

/// <summary>Parts of tensors, put together or taken out.</summary>
internal static class PartRules
{
    // Every output of a Split takes memory, whatever it takes in the file.
    private const int MostOutputs = 4096;

    /// <summary>The sum along one axis, the others equal.</summary>
    public static long[]?[]? Concat(NodeShapes node)
    {
        if (node.Dims(0) is not { } dims || Dimensions.Axis(node.Int("axis", 1), dims.Length) is not { } axis)
            return null;
        for (int input = 1; input < node.InputCount; input++)
        {
            if (node.Dims(input) is not { } other || other.Length != dims.Length || other.Where((dim, i) => i != axis && dim != dims[i]).Any())
                return null;
            dims[axis] = checked(dims[axis] + other[axis]);
        }

        return [dims];
    }

    /// <summary>Given sizes along one axis, or equal ones with a smaller last.</summary>
    public static long[]?[]? Split(NodeShapes node)
    {
        if (node.Dims(0) is not { } dims || Dimensions.Axis(node.Int("axis", 0), dims.Length) is not { } axis)
            return null;
        int count = node.OutputCount;
        if (count > MostOutputs)
            return null;
        long each = (dims[axis] + count - 1) / count;
        long[]? sizes = node.Has("split", 1) ? node.Integers("split", 1) : [.. Enumerable.Range(0, count).Select(i => Math.Clamp(dims[axis] - i * each, 0, each))];
        return sizes is not null && sizes.Length == count && sizes.All(size => size >= 0) && Dimensions.Count(sizes) is not null && sizes.Sum() == dims[axis]
            ? [.. sizes.Select(size => dims.Select((dim, i) => i == axis ? size : dim).ToArray())]
            : null;
    }

    /// <summary>Ranges along some axes.</summary>
    public static long[]?[]? Slice(NodeShapes node)
    {
        if (node.Dims(0) is not { } dims || SliceRange.Of(node, dims) is not { } ranges)
            return null;
        foreach (var range in ranges)
            dims[range.Axis] = range.Count;
        return [dims];
    }

    /// <summary>The axis replaced by the dimensions of the indices.</summary>
    public static long[]?[]? Gather(NodeShapes node) =>
        node.Dims(0) is { } dims && node.Dims(1) is { } indices && Dimensions.Axis(node.Int("axis", 0), dims.Length) is { } axis
            ? [[.. dims[..axis], .. indices, .. dims[(axis + 1)..]]]
            : null;

    /// <summary>Like the indices.</summary>
    public static long[]?[]? GatherElements(NodeShapes node) => [node.Dims(1)];

    /// <summary>The indices' leading dimensions, then those axes of the data that one index does not reach.</summary>
    public static long[]?[]? GatherNd(NodeShapes node) =>
        node.Dims(0) is { } dims && node.Dims(1) is { Length: > 0 } indices ? [[.. indices[..^1], .. dims[checked((int)(node.Int("batch_dims", 0) + indices[^1]))..]]] : null;
}
