namespace PruneSharp.Kernels;

/// <summary>Reads the shapes of a region's inputs as planes.</summary>
internal static class RegionExtent
{
    /// <summary>Reads one input.</summary>
    /// <param name="isMatrix">Whether the region's values are matrices.</param>
    /// <param name="shape">The shape of the input.</param>
    /// <param name="plane">Its planes for one image, or for one row.</param>
    /// <returns>How many images or rows there are; -1 where the shape has the wrong number of axes.</returns>
    public static long Read(bool isMatrix, ReadOnlySpan<long> shape, out PlaneShape plane)
    {
        plane = default;
        if (isMatrix ? shape.Length == 0 : shape.Length != 4) return -1;
        plane = isMatrix
            ? new PlaneShape(checked((int)shape[^1]), 1, 1)
            : new PlaneShape(checked((int)shape[1]), checked((int)shape[2]), checked((int)shape[3]));
        return isMatrix ? shape[..^1].Product() : shape[0];
    }

    /// <summary>The shape of an output.</summary>
    /// <param name="isMatrix">Whether the region's values are matrices.</param>
    /// <param name="input">The shape of an input.</param>
    /// <param name="plane">The output for one image or some rows.</param>
    public static long[] Output(bool isMatrix, ReadOnlySpan<long> input, PlaneShape plane) =>
        isMatrix ? [.. input[..^1], plane.Channels] : [input[0], plane.Channels, plane.Height, plane.Width];
}
