namespace PruneSharp;

/// <summary>One file of an archive.</summary>
public sealed record ArchiveFile
{
    internal ArchiveFile(string name, long length, byte[] digest, IReadOnlyList<ArchiveSegment> segments)
    {
        Name = name;
        Length = length;
        Digest = digest;
        Segments = segments;
    }

    /// <summary>The file's name, without a folder.</summary>
    public string Name { get; }

    /// <summary>Bytes of the restored file.</summary>
    public long Length { get; }

    /// <summary>The first eight bytes of the restored file's SHA-256.</summary>
    public ReadOnlyMemory<byte> Digest { get; }

    /// <summary>Its tensors in file order.</summary>
    public IReadOnlyList<ArchiveTensor> Tensors => [.. Segments.Where(s => s.Tensor is not null).Select(s => s.Tensor!)];

    internal IReadOnlyList<ArchiveSegment> Segments { get; }
}
