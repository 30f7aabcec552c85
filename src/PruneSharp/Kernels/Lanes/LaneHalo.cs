namespace PruneSharp.Kernels;

/// <summary>Vectors around the block of a <see cref="LaneLayout"/>.</summary>
internal readonly record struct LaneHalo(int Top, int Left, int Bottom, int Right)
{
    /// <summary>No vector on any side.</summary>
    public bool IsEmpty => (Top | Left | Bottom | Right) == 0;

    /// <summary>The larger one on each side.</summary>
    public LaneHalo Union(LaneHalo other) =>
        new(Math.Max(Top, other.Top), Math.Max(Left, other.Left), Math.Max(Bottom, other.Bottom), Math.Max(Right, other.Right));
}
