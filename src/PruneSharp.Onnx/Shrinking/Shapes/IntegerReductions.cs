namespace PruneSharp.Onnx;

/// <summary>Values joined along axes.</summary>
internal static class IntegerReductions
{
    /// <summary>A reduction.</summary>
    /// <param name="empty">The value of no elements; null where there is none.</param>
    /// <param name="join">Joins two values.</param>
    public static IntegerRule Of(long? empty, Func<long, long, long> join) => (node, outputs) =>
    {
        if (node.Integers(0) is not { } values || node.Dims(0) is not { } dims || ReductionRules.Axes(node, dims.Length) is not { } axes)
            return null;
        long[] kept = [.. dims.Select((dim, axis) => axes.Contains(axis) ? 1 : dim)];
        var result = new long?[Dimensions.Count(outputs[0]) ?? 0];
        for (int i = 0; i < values.Length; i++)
        {
            long at = FlatIndex.Of(FlatIndex.Unravel(i, dims), kept);
            result[at] = result[at] is { } so ? join(so, values[i]) : values[i];
        }

        return result.All(v => (v ?? empty) is not null) ? IntegerArithmetic.Narrow([.. result.Select(v => (v ?? empty)!.Value)]) : null;
    };
}
