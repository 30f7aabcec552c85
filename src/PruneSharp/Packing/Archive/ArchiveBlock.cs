namespace PruneSharp;

/// <summary>One block of an archive.</summary>
/// <param name="Offset">First byte in the archive.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Digest">The first four bytes of its SHA-256, as a big-endian number.</param>
public readonly record struct ArchiveBlock(long Offset, int Bytes, uint Digest);
