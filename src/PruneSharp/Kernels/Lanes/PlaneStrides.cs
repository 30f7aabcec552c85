namespace PruneSharp.Kernels;

/// <summary>Where the values of planes [channels, height, width] lie in memory outside the engine, in floats.</summary>
/// <param name="Channel">From one channel to the next.</param>
/// <param name="Row">From one row to the next.</param>
/// <param name="Column">From one column to the next.</param>
internal readonly record struct PlaneStrides(int Channel, int Row, int Column)
{
    /// <summary>An image [channels, height, width], row-major.</summary>
    public static PlaneStrides Image(int height, int width) => new(height * width, width, 1);

    /// <summary>A matrix [rows, channels], row-major, seen as planes of one row.</summary>
    public static PlaneStrides Matrix(int channels) => new(1, 0, channels);
}
