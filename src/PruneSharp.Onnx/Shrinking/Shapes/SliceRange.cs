namespace PruneSharp.Onnx;

/// <summary>What a Slice takes along one axis.</summary>
/// <param name="Axis">The axis, from the front.</param>
/// <param name="Start">First index.</param>
/// <param name="Step">From one index to the next, not 0.</param>
/// <param name="Count">How many indices.</param>
internal readonly record struct SliceRange(int Axis, long Start, long Step, long Count)
{
    /// <summary>The ranges of a Slice, whose parameters are attributes before operator set 10 and inputs since; null where they are not known.</summary>
    public static SliceRange[]? Of(NodeShapes node, long[] dims)
    {
        bool attributes = node.Opset < 10;
        var starts = attributes ? node.Ints("starts") : node.Integers(1);
        var ends = attributes ? node.Ints("ends") : node.Integers(2);
        if (starts is null || ends is null || starts.Length != ends.Length)
            return null;
        long[]? Given(string attribute, int input, Func<int, long> otherwise) =>
            !(attributes ? node.Has(attribute) : node.Has(input)) ? [.. Enumerable.Range(0, starts.Length).Select(otherwise)] : attributes ? node.Ints(attribute) : node.Integers(input);
        if (Given("axes", 3, axis => axis) is not { } named || named.Length != starts.Length || Dimensions.Axes(named, dims.Length) is not { } axes
            || Given("steps", 4, _ => 1) is not { } steps || steps.Length != starts.Length || steps.Any(step => step is 0 or long.MinValue))
            return null;
        return [.. axes.Select((axis, i) => Of(axis, dims[axis], starts[i], ends[i], steps[i]))];
    }

    // Negative positions count from the back; then both ends are clamped: a backward range may end before index 0, and does so where it ends at the greatest integer.
    private static SliceRange Of(int axis, long dim, long start, long end, long step)
    {
        start = Math.Clamp(start < 0 ? start + dim : start, 0, step > 0 ? dim : Math.Max(dim - 1, 0));
        end = step < 0 && (end is int.MaxValue or long.MaxValue) ? -1 : Math.Clamp(end < 0 ? end + dim : end, step > 0 ? 0 : -1, dim);
        long span = step > 0 ? end - start : Math.Max(Math.Min(start, dim - 1) - end, 0), size = Math.Abs(step);
        return new(axis, start, step, span <= 0 ? 0 : (span - 1) / size + 1);
    }
}
