namespace PruneSharp;

/// <summary>Tells files of <c>torch.save</c> from others by their first bytes.</summary>
internal static class PyTorchFormat
{
    private const int TarMarkOffset = 257, HeadBytes = TarMarkOffset + 5;

    // The number with which torch.save began until 1.6: a pickle, protocol 2 to 5, of a 10-byte integer.
    private static ReadOnlySpan<byte> OldMark => [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    /// <summary>Whether the bytes start a file of <c>torch.save</c>, of any age.</summary>
    public static bool IsPyTorch(ReadOnlySpan<byte> head) => IsZip(head) || IsOld(head);

    /// <summary>Refuses what is no zip archive.</summary>
    public static void CheckZip(Stream stream, string name)
    {
        var head = new byte[Math.Min(HeadBytes, stream.Length)];
        stream.Position = 0;
        int read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (IsOld(head.AsSpan(0, read)))
        {
            throw new InvalidModelException(name, "this is the format of PyTorch before 1.6, which is not read. "
                + "Save it again with a later one: torch.save(torch.load(path), path).");
        }

        if (!IsZip(head.AsSpan(0, read)))
            throw new InvalidModelException(name, $"{stream.Length} bytes that do not start with PK are no file of torch.save.");
    }

    private static bool IsZip(ReadOnlySpan<byte> head) => head.StartsWith("PK\u0003\u0004"u8);

    private static bool IsOld(ReadOnlySpan<byte> head) =>
        (head.Length > 2 && head[0] == 0x80 && head[2..].StartsWith(OldMark)) || (head.Length >= HeadBytes && head[TarMarkOffset..].StartsWith("ustar"u8));
}
