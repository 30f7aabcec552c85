namespace PruneSharp.Onnx;

/// <summary>Values that stay what they are, and go elsewhere.</summary>
internal static class IntegerMoves
{
    /// <summary>The same values in the same order.</summary>
    public static long[][]? Copy(NodeShapes node) => node.Integers(0) is { } values ? [values] : null;

    /// <summary>Axes in another order.</summary>
    public static long[][]? Transpose(NodeShapes node, long[][] dims)
    {
        if (node.Dims(0) is not { } from || LayoutRules.Order(node, from.Length) is not { } order)
            return null;
        return Move(node, dims[0], position =>
        {
            var source = new long[order.Length];
            for (int axis = 0; axis < order.Length; axis++)
                source[order[axis]] = position[axis];
            return source;
        });
    }

    /// <summary>Broadcast.</summary>
    public static long[][]? Expand(NodeShapes node, long[][] dims) => Move(node, dims[0], position => position);

    /// <summary>Repeated.</summary>
    public static long[][]? Tile(NodeShapes node, long[][] dims) =>
        node.Dims(0) is { } from ? Move(node, dims[0], position => [.. position.Zip(from, (at, dim) => at % dim)]) : null;

    /// <summary>Those at the indices; negative ones count from the back.</summary>
    public static long[][]? Gather(NodeShapes node, long[][] dims)
    {
        if (node.Dims(0) is not { } from || node.Dims(1) is not { } shape || node.Integers(1) is not { } indices || Dimensions.Axis(node.Int("axis", 0), from.Length) is not { } axis
            || indices.Any(i => i < -from[axis] || i >= from[axis]))
            return null;
        return Move(node, dims[0], position =>
        {
            long index = indices[FlatIndex.Of(position[axis..(axis + shape.Length)], shape)];
            return [.. position[..axis], index < 0 ? index + from[axis] : index, .. position[(axis + shape.Length)..]];
        });
    }

    /// <summary>Those in the ranges.</summary>
    public static long[][]? Slice(NodeShapes node, long[][] dims)
    {
        if (node.Dims(0) is not { } from || SliceRange.Of(node, from) is not { } ranges)
            return null;
        return Move(node, dims[0], position =>
        {
            foreach (var range in ranges)
                position[range.Axis] = range.Start + position[range.Axis] * range.Step;
            return position;
        });
    }

    /// <summary>One input after the other along an axis.</summary>
    public static long[][]? Concat(NodeShapes node, long[][] dims)
    {
        var result = new long[Dimensions.Count(dims[0]) ?? 0];
        if (Dimensions.Axis(node.Int("axis", 1), dims[0].Length) is not { } axis)
            return null;
        long offset = 0;
        for (int input = 0; input < node.InputCount; input++)
        {
            if (node.Integers(input) is not { } values || node.Dims(input) is not { } from)
                return null;
            for (int i = 0; i < values.Length; i++)
            {
                var position = FlatIndex.Unravel(i, from);
                position[axis] += offset;
                result[FlatIndex.Of(position, dims[0])] = values[i];
            }

            offset += from[axis];
        }

        return [result];
    }

    /// <summary>One output after the other along an axis.</summary>
    public static long[][]? Split(NodeShapes node, long[][] dims)
    {
        if (node.Integers(0) is not { } values || node.Dims(0) is not { } from || Dimensions.Axis(node.Int("axis", 0), from.Length) is not { } axis)
            return null;
        long offset = 0;
        return [.. dims.Select(part =>
        {
            long start = offset;
            offset += part[axis];
            return FlatIndex.Fill(part, position => values[FlatIndex.Of([.. position[..axis], position[axis] + start, .. position[(axis + 1)..]], from)]);
        })];
    }

    private static long[][]? Move(NodeShapes node, long[] dims, Func<long[], long[]> source) =>
        node.Integers(0) is { } values && node.Dims(0) is { } from ? [FlatIndex.Fill(dims, position => values[FlatIndex.Of(source(position), from)])] : null;
}
