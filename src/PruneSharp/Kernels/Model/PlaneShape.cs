namespace PruneSharp.Kernels;

/// <summary>The shape of a value for one image, or of a whole matrix as planes of one row.</summary>
internal readonly record struct PlaneShape(int Channels, int Height, int Width)
{
    /// <summary>Whether there is one value for each channel.</summary>
    public bool IsVector => Height == 1 && Width == 1;

    /// <summary>Number of values.</summary>
    public long Count => (long)Channels * Height * Width;
}
