using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace PruneSharp;

/// <summary>
/// Writes archives: whole files whose tensors are stored sparse and entropy-coded, and restored bit by bit as far as the values kept are
/// exact. docs/psz.md is the format.
/// </summary>
public static class PszWriter
{
    /// <summary>Writes an archive.</summary>
    /// <param name="output">Receives it from its current position, which must be 0; must be readable and seekable, since the archive is restored once for the digests.</param>
    /// <param name="files">The files.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>The files as the archive holds them.</returns>
    /// <exception cref="ArgumentException">Tensors overlap, leave their file or are not in order, or the stream is not at 0.</exception>
    /// <exception cref="NotSupportedException">A name, shape or size is beyond what the format allows.</exception>
    public static IReadOnlyList<ArchiveFile> Write(Stream output, IReadOnlyList<ArchiveInput> files, CancellationToken cancellation = default)
    {
        if (output.Position != 0)
            throw new ArgumentException("An archive is a file of its own and starts at byte 0.", nameof(output));
        foreach (var file in files)
            Check(file);
        output.Write(ArchiveFormat.Magic);
        output.WriteByte(ArchiveFormat.Version);
        WriteSkeleton(output, files);
        int skeletonBytes = checked((int)(output.Position - ArchiveFormat.HeaderBytes));
        var skeleton = new ArchiveBlock(ArchiveFormat.HeaderBytes, skeletonBytes, ArchiveFormat.BlockDigest(new StreamRange(output, ArchiveFormat.HeaderBytes, skeletonBytes)));
        output.Position = output.Length;
        var stored = files.Select(file => new ArchiveFile(file.Name, file.Length, new byte[ArchiveFormat.DigestBytes], [.. Segments(output, file, cancellation)])).ToList();

        long blocksEnd = output.Position;
        var result = new List<ArchiveFile>();
        var reader = PszReader.Of(output, "archive", skeleton, stored);
        foreach (var file in stored)
        {
            using var hash = new HashStream();
            reader.Restore(file, hash, check: false, cancellation);
            result.Add(new(file.Name, file.Length, ArchiveFormat.Digest(hash.Finish()), file.Segments));
        }

        output.Position = blocksEnd;
        byte[] plain = ArchiveFormat.WriteIndex(skeleton, result), packed = Brotli.Compress(plain, CompressionLevel.SmallestSize);
        output.Write(packed);
        var footer = new byte[ArchiveFormat.FooterBytes];
        BinaryPrimitives.WriteInt32LittleEndian(footer, packed.Length);
        BinaryPrimitives.WriteInt32LittleEndian(footer.AsSpan(4), plain.Length);
        ArchiveFormat.Digest(SHA256.HashData(packed)).CopyTo(footer.AsSpan(8));
        ArchiveFormat.Magic.CopyTo(footer.AsSpan(8 + ArchiveFormat.DigestBytes));
        output.Write(footer);
        try
        {
            _ = PszReader.Open(output, "the archive");
        }
        catch (InvalidModelException error)
        {
            throw new NotSupportedException($"These files cannot be archived, since no reader would take the archive: {error.Message}", error);
        }

        return result;
    }

    private static void Check(ArchiveInput file)
    {
        long end = 0;
        foreach (var tensor in file.Tensors)
        {
            long bytes = tensor.Data.Length * tensor.Data.Type.Bytes();
            if (tensor.Offset < end || tensor.Offset + bytes > file.Length)
                throw new ArgumentException($"Tensor {tensor.Name} at byte {tensor.Offset} of {file.Name} overlaps another, or leaves the file.", nameof(file));
            end = tensor.Offset + bytes;
        }
    }

    private static void WriteSkeleton(Stream output, IReadOnlyList<ArchiveInput> files)
    {
        using var skeleton = new BrotliStream(output, CompressionLevel.SmallestSize, leaveOpen: true);
        foreach (var file in files)
        {
            long at = 0;
            foreach (var tensor in file.Tensors)
            {
                file.CopyTo(skeleton, at, tensor.Offset - at);
                at = tensor.Offset + tensor.Data.Length * tensor.Data.Type.Bytes();
            }

            file.CopyTo(skeleton, at, file.Length - at);
        }
    }

    private static IEnumerable<ArchiveSegment> Segments(Stream output, ArchiveInput file, CancellationToken cancellation)
    {
        long at = 0;
        foreach (var tensor in file.Tensors)
        {
            if (tensor.Offset > at)
                yield return new(tensor.Offset - at, null);
            long bytes = tensor.Data.Length * tensor.Data.Type.Bytes();
            yield return new(bytes, new(tensor.Name, tensor.Shape, tensor.Data.Type, Blocks(output, tensor, cancellation)));
            at = tensor.Offset + bytes;
        }

        if (file.Length > at)
            yield return new(file.Length - at, null);
    }

    private static List<ArchiveBlock> Blocks(Stream output, ArchiveInputTensor tensor, CancellationToken cancellation)
    {
        var data = tensor.Data;
        var (values, codebook, _) = tensor.Values;
        int columns = (int)Math.Clamp(tensor.Shape.Skip(1).Aggregate(1L, (a, b) => a * b), 1, SparseChunk.MostLength);
        var blocks = new List<ArchiveBlock>();
        foreach (var chunk in SparseChunk.All(data, values.KeepsNegativeZeros))
        {
            cancellation.ThrowIfCancellationRequested();
            byte[] block = ChunkWriter.Encode(chunk, values, codebook, columns);
            blocks.Add(new(output.Position, block.Length, ArchiveFormat.BlockDigest(block)));
            output.Write(block);
        }

        return blocks;
    }
}
