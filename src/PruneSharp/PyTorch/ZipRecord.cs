namespace PruneSharp;

/// <summary>One stored file of a zip archive.</summary>
/// <param name="Name">Its path in the archive.</param>
/// <param name="Offset">Where its bytes begin in the archive.</param>
/// <param name="Bytes">Its size there.</param>
/// <param name="Crc">CRC-32 of its bytes.</param>
/// <param name="Method">How it is compressed; 0 is not at all.</param>
internal sealed record ZipRecord(string Name, long Offset, long Bytes, uint Crc, int Method = 0);
