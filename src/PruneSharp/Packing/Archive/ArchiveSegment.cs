namespace PruneSharp;

/// <summary>A run of bytes of a file: a tensor, or other bytes as they are.</summary>
/// <param name="Bytes">Length of the run.</param>
/// <param name="Tensor">The tensor; null for other bytes.</param>
internal sealed record ArchiveSegment(long Bytes, ArchiveTensor? Tensor);
