using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PruneSharp;

/// <summary>The constants of the archive format, and its index. docs/psz.md is the specification.</summary>
internal static class ArchiveFormat
{
    /// <summary>First and last bytes of an archive.</summary>
    public static ReadOnlySpan<byte> Magic => "PSZ\x1A"u8;

    /// <summary>The version that is written, and the only one that is read.</summary>
    public const byte Version = 1;

    /// <summary>Bytes before the first block: magic and version.</summary>
    public const int HeaderBytes = 5;

    /// <summary>Bytes behind the index: its packed and its plain size, its digest, magic.</summary>
    public const int FooterBytes = 4 + 4 + DigestBytes + 4;

    /// <summary>Bytes of a digest of a file or the index.</summary>
    public const int DigestBytes = 8;

    /// <summary>Most bytes of a plain index.</summary>
    public const int MostIndexBytes = 1 << 28;

    /// <summary>The digest of a block.</summary>
    public static uint BlockDigest(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(block));

    /// <summary>The digest of a block that is read as a stream.</summary>
    public static uint BlockDigest(Stream block) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(block));

    /// <summary>The digest of a file or the index.</summary>
    public static byte[] Digest(ReadOnlySpan<byte> sha256) => sha256[..DigestBytes].ToArray();

    /// <summary>Writes a plain index.</summary>
    public static byte[] WriteIndex(ArchiveBlock skeleton, IReadOnlyList<ArchiveFile> files)
    {
        using var index = new MemoryStream();
        Write(index, skeleton);
        VarInt.Write(index, (ulong)files.Count);
        foreach (var file in files)
        {
            WriteText(index, file.Name);
            VarInt.Write(index, (ulong)file.Length);
            index.Write(file.Digest.Span);
            VarInt.Write(index, (ulong)file.Segments.Count);
            foreach (var segment in file.Segments)
                Write(index, segment);
        }

        return index.ToArray();
    }

    private static void Write(MemoryStream index, ArchiveSegment segment)
    {
        index.WriteByte(segment.Tensor is null ? (byte)0 : (byte)1);
        if (segment.Tensor is not { } tensor)
        {
            VarInt.Write(index, (ulong)segment.Bytes);
            return;
        }

        WriteText(index, tensor.Name);
        index.WriteByte((byte)tensor.Type);
        VarInt.Write(index, (ulong)tensor.Shape.Count);
        foreach (long dim in tensor.Shape)
            VarInt.Write(index, (ulong)dim);
        foreach (var block in tensor.Blocks)
            Write(index, block);
    }

    private static void Write(MemoryStream index, ArchiveBlock block)
    {
        Span<byte> digest = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(digest, block.Digest);
        VarInt.Write(index, (ulong)block.Bytes);
        index.Write(digest);
    }

    private static void WriteText(MemoryStream index, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        VarInt.Write(index, (ulong)bytes.Length);
        index.Write(bytes);
    }
}
