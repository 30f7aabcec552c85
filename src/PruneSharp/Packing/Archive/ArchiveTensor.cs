namespace PruneSharp;

/// <summary>One tensor of an archive: a run of little-endian floats in one of its files.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Shape">Its dims.</param>
/// <param name="Type">How weights are stored.</param>
/// <param name="Blocks">Bytes and digest of each chunk of 2²⁴ weights.</param>
public sealed record ArchiveTensor(string Name, IReadOnlyList<long> Shape, ElementType Type, IReadOnlyList<ArchiveBlock> Blocks)
{
    /// <summary>Weights.</summary>
    public long Length => Shape.Aggregate(1L, (a, b) => checked(a * b));

    /// <summary>Bytes in the archive.</summary>
    public long PackedBytes => Blocks.Sum(b => b.Bytes);
}
