namespace PruneSharp.Onnx;

/// <summary>Arithmetic of dimensions, for files that may claim anything.</summary>
internal static class Dimensions
{
    /// <summary>A tensor of more axes is taken as unknown.</summary>
    public const int MostAxes = 64;

    /// <summary>The number of elements; null where a dimension is negative or the product leaves 63 bits.</summary>
    public static long? Count(IReadOnlyList<long> dims)
    {
        long count = 1;
        foreach (long dim in dims)
        {
            if (dim < 0 || (dim > 0 && count > long.MaxValue / dim))
                return null;
            count *= dim;
        }

        return count;
    }

    /// <summary>Whether dimensions can be those of a tensor: at most <see cref="MostAxes"/>, none negative, a product that fits.</summary>
    public static bool AreSound(IReadOnlyList<long> dims) => dims.Count <= MostAxes && Count(dims) is not null;

    /// <summary>The dimensions of the broadcast of two tensors, aligned at the last axis; null where they do not fit.</summary>
    public static long[]? Broadcast(long[] a, long[] b)
    {
        var dims = new long[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= dims.Length; i++)
        {
            long x = i <= a.Length ? a[^i] : 1, y = i <= b.Length ? b[^i] : 1;
            if (x != y && x != 1 && y != 1)
                return null;
            dims[^i] = x == 1 ? y : x;
        }

        return dims;
    }

    /// <summary>An axis counted from the front; null where it is outside of the tensor. Negative ones count from the back.</summary>
    public static int? Axis(long axis, int rank) => axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : null;

    /// <summary>Several axes, from the front; null where one is outside or appears twice.</summary>
    public static int[]? Axes(IReadOnlyList<long> axes, int rank)
    {
        if (axes.Count > rank)
            return null;
        var result = new int[axes.Count];
        for (int i = 0; i < result.Length; i++)
        {
            if (Axis(axes[i], rank) is not { } axis || result.AsSpan(0, i).Contains(axis))
                return null;
            result[i] = axis;
        }

        return result;
    }
}
