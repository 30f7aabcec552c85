namespace PruneSharp;

/// <summary>How the archive stores the positions of one chunk.</summary>
internal enum ChunkPositions : byte
{
    /// <summary>Every weight is stored.</summary>
    All = 0,

    /// <summary>Eight-bit gaps, each an adaptive symbol.</summary>
    Gaps = 1,

    /// <summary>The mask through <see cref="MaskModel"/>.</summary>
    Mask = 2,
}
