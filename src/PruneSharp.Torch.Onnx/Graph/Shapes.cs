namespace PruneSharp.Torch.Onnx;

/// <summary>What is known of shapes before the model runs.</summary>
internal static class Shapes
{
    /// <summary>An axis counted from the front.</summary>
    public static int Axis(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);

    /// <summary>A shape with one dimension replaced.</summary>
    public static IReadOnlyList<long?> With(IReadOnlyList<long?> shape, int axis, long? size) => [.. shape.Select((d, i) => i == axis ? size : d)];

    /// <summary>The shape of an operation on two tensors, aligned at their last axes.</summary>
    public static IReadOnlyList<long?> Broadcast(IReadOnlyList<long?> a, IReadOnlyList<long?> b)
    {
        int rank = Math.Max(a.Count, b.Count);
        return [.. Enumerable.Range(0, rank).Select(i => (At(a, i), At(b, i)) switch
        {
            (1, var y) => y,
            (var x, 1) => x,
            (var x, var y) => x ?? y,
        })];

        long? At(IReadOnlyList<long?> shape, int i) => i < rank - shape.Count ? 1 : shape[i - rank + shape.Count];
    }

    /// <summary>The shape that Reshape gives: 0 keeps, −1 takes what is left.</summary>
    public static IReadOnlyList<long?> Reshape(IReadOnlyList<long?> shape, IReadOnlyList<long> target)
    {
        // Dimensions that are kept need not be known to know what is left.
        long? all = Product(shape.Where((_, i) => i >= target.Count || target[i] != 0));
        long others = target.Where(d => d > 0).Aggregate(1L, (product, d) => product * d);
        return [.. target.Select((d, i) => d switch { 0 => shape[i], < 0 => others == 0 ? null : all / others, _ => d })];
    }

    /// <summary>The product, as far as all factors are known.</summary>
    public static long? Product(IEnumerable<long?> dims) => dims.Aggregate((long?)1, (product, d) => product * d);
}
