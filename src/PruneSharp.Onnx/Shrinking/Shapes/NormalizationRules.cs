namespace PruneSharp.Onnx;

/// <summary>Normalizations with more outputs than the normalized tensor.</summary>
internal static class NormalizationRules
{
    /// <summary>Further outputs are statistics by channel.</summary>
    public static long[]?[]? Batch(NodeShapes node)
    {
        var channels = node.Dims(1);
        return [node.Dims(0), .. Enumerable.Repeat(channels, Math.Max(0, node.OutputCount - 1))];
    }

    /// <summary>Mean and inverse deviation have size 1 along the normalized axes.</summary>
    public static long[]?[]? Layer(NodeShapes node)
    {
        if (node.Dims(0) is not { } dims || Dimensions.Axis(node.Int("axis", -1), dims.Length) is not { } axis)
            return null;
        long[] statistics = [.. dims.Select((dim, i) => i < axis ? dim : 1)];
        return [dims, statistics, statistics];
    }

    /// <summary>The normalized tensor, statistics, and in the fourth place the sum before normalization.</summary>
    public static long[]?[]? SkipLayer(NodeShapes node) => node.Dims(0) is { } dims ? [dims, null, null, dims] : null;
}
