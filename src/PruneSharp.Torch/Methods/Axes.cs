using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>Dimensions as users write them.</summary>
internal static class Axes
{
    /// <summary>The 0-based dimension.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tensor has no such dimension.</exception>
    public static int Resolve(long dim, Tensor t, string name)
    {
        long rank = t.dim();
        return dim >= -rank && dim < rank
            ? (int)(dim < 0 ? dim + rank : dim)
            : throw new ArgumentOutOfRangeException(nameof(dim), dim, $"{name} has shape [{string.Join(", ", t.shape)}]; dim must be {-rank}..{rank - 1}. Use 0 to prune output channels.");
    }

    /// <summary>All dimensions but one.</summary>
    public static long[] Others(int axis, long rank) => [.. Enumerable.Range(0, (int)rank).Where(d => d != axis).Select(d => (long)d)];
}
