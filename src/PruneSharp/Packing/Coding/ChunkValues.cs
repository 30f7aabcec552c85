namespace PruneSharp;

/// <summary>How the archive stores the values of one chunk.</summary>
internal enum ChunkValues : byte
{
    /// <summary>Weights through <see cref="FloatModel"/>.</summary>
    Stored = 0,

    /// <summary>16-bit floats that are widened.</summary>
    Half = 1,

    /// <summary>Indices of a codebook.</summary>
    Codes = 2,
}
