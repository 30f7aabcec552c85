using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace PruneSharp;

/// <summary>
/// Reads archives: restores whole files as a stream, or single tensors without the others. Memory holds the index and one chunk of 2²⁴
/// weights. Not safe to use from several threads at once.
/// </summary>
public sealed class PszReader
{
    private readonly Stream _stream;
    private readonly string _name;
    private readonly ArchiveBlock _skeleton;
    private BrotliStream? _open;
    private long _opened;

    private PszReader(Stream stream, string name, ArchiveBlock skeleton, IReadOnlyList<ArchiveFile> files)
    {
        _stream = stream;
        _name = name;
        _skeleton = skeleton;
        Files = files;
    }

    /// <summary>The files in the archive.</summary>
    public IReadOnlyList<ArchiveFile> Files { get; }

    /// <summary>Whether a stream starts like an archive; its position is left at 0.</summary>
    public static bool IsArchive(Stream stream)
    {
        Span<byte> start = stackalloc byte[ArchiveFormat.Magic.Length];
        stream.Position = 0;
        bool archive = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(ArchiveFormat.Magic);
        stream.Position = 0;
        return archive;
    }

    /// <summary>Opens an archive.</summary>
    /// <param name="stream">A readable, seekable stream over the whole archive; it stays open.</param>
    /// <param name="name">What errors call it: a file name.</param>
    /// <exception cref="InvalidModelException">The stream is no archive, of another version, truncated or damaged.</exception>
    public static PszReader Open(Stream stream, string name)
    {
        if (stream.Length < ArchiveFormat.HeaderBytes + ArchiveFormat.FooterBytes || !IsArchive(stream))
            throw new InvalidModelException(name, "it does not start like an archive of packed weights.");
        var header = Bytes(stream, 0, ArchiveFormat.HeaderBytes);
        if (header[^1] != ArchiveFormat.Version)
            throw new InvalidModelException(name, $"it is an archive of version {header[^1]}; this reader knows version {ArchiveFormat.Version}.");
        long footerAt = stream.Length - ArchiveFormat.FooterBytes;
        var footer = Bytes(stream, footerAt, ArchiveFormat.FooterBytes);
        int packedBytes = BinaryPrimitives.ReadInt32LittleEndian(footer), plainBytes = BinaryPrimitives.ReadInt32LittleEndian(footer.AsSpan(4));
        if (!footer.AsSpan(^ArchiveFormat.Magic.Length).SequenceEqual(ArchiveFormat.Magic))
            throw new InvalidModelException(name, $"it does not end like an archive, at byte {footerAt}. The file is truncated.");
        if (packedBytes < 0 || packedBytes > footerAt - ArchiveFormat.HeaderBytes || plainBytes < 0 || plainBytes > ArchiveFormat.MostIndexBytes || plainBytes / 1024 > packedBytes)
            throw new InvalidModelException(name, $"its footer at byte {footerAt} claims an index of {packedBytes} bytes, {plainBytes} unpacked, which the file cannot hold.");
        try
        {
            var plain = new byte[plainBytes];
            byte[] packed = Bytes(stream, footerAt - packedBytes, packedBytes);
            Brotli.Decompress(packed, plain);
            if (!ArchiveFormat.Digest(SHA256.HashData(packed)).AsSpan().SequenceEqual(footer.AsSpan(8, ArchiveFormat.DigestBytes)))
                throw new InvalidDataException("the index does not match its checksum");
            var (skeleton, files) = new ArchiveIndexReader(plain, footerAt - packedBytes).Read();
            long restored = files.Sum(f => f.Length);
            return Expansion.IsCredible(restored, stream.Length)
                ? new(stream, name, skeleton, files)
                : throw new InvalidDataException($"{stream.Length} bytes claim to hold {restored}");
        }
        catch (Exception error) when (error is InvalidDataException or OverflowException)
        {
            throw new InvalidModelException(name, $"its index at byte {footerAt - packedBytes}: {error.Message}.", error);
        }
    }

    /// <summary>An archive that is being written.</summary>
    internal static PszReader Of(Stream stream, string name, ArchiveBlock skeleton, IReadOnlyList<ArchiveFile> files) => new(stream, name, skeleton, files);

    /// <summary>Writes a file as it was, or with the values that were kept.</summary>
    /// <param name="file">One of <see cref="Files"/>.</param>
    /// <param name="output">Receives it.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="InvalidModelException">The archive is damaged; part of the file may have been written.</exception>
    public void Restore(ArchiveFile file, Stream output, CancellationToken cancellation = default) => Restore(file, output, check: true, cancellation);

    internal void Restore(ArchiveFile file, Stream output, bool check, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        var skeleton = Skeleton(Files.TakeWhile(f => f != file).Sum(f => f.Segments.Where(s => s.Tensor is null).Sum(s => s.Bytes)), buffer, cancellation);
        foreach (var segment in file.Segments)
        {
            if (segment.Tensor is { } tensor)
                for (int chunk = 0; chunk < tensor.Blocks.Count; chunk++)
                    Emit(Chunk(tensor, chunk));
            else
                Copy(skeleton, buffer, segment.Bytes, Emit, cancellation);
            cancellation.ThrowIfCancellationRequested();
        }

        if (check && !ArchiveFormat.Digest(hash.GetHashAndReset()).AsSpan().SequenceEqual(file.Digest.Span))
            throw new InvalidModelException(_name, $"the restored {file.Name} does not match its checksum. The archive is damaged.");

        void Emit(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            output.Write(bytes);
        }
    }

    /// <summary>One chunk of a tensor as stored weights, without reading any other.</summary>
    /// <param name="tensor">A tensor of one of <see cref="Files"/>.</param>
    /// <param name="chunk">0-based index of the chunk; each has 2²⁴ weights, the last one the rest.</param>
    /// <exception cref="InvalidModelException">The archive is damaged.</exception>
    public byte[] Chunk(ArchiveTensor tensor, int chunk)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)chunk, (uint)tensor.Blocks.Count, nameof(chunk));
        var block = tensor.Blocks[chunk];
        try
        {
            byte[] bytes = Bytes(_stream, block.Offset, block.Bytes);
            if (ArchiveFormat.BlockDigest(bytes) != block.Digest)
                throw new InvalidDataException("the block does not match its checksum");
            long length = Math.Min(SparseChunk.MostLength, tensor.Length - (long)chunk * SparseChunk.MostLength);
            var weights = new byte[length * tensor.Type.Bytes()];
            ChunkReader.Decode(bytes, tensor.Type, weights);
            return weights;
        }
        catch (InvalidDataException error)
        {
            throw new InvalidModelException(_name, $"tensor {tensor.Name}, block at byte {block.Offset}: {error.Message}.", error);
        }
    }

    // Files restored in order go on where the one before ended.
    private BrotliStream Skeleton(long at, byte[] buffer, CancellationToken cancellation)
    {
        if (_open is null || _opened > at)
        {
            if (ArchiveFormat.BlockDigest(new StreamRange(_stream, _skeleton.Offset, _skeleton.Bytes)) != _skeleton.Digest)
                throw new InvalidModelException(_name, $"the bytes outside of tensors, from byte {_skeleton.Offset}, do not match their checksum. The archive is damaged.");
            _open = new(new StreamRange(_stream, _skeleton.Offset, _skeleton.Bytes), CompressionMode.Decompress);
            _opened = 0;
        }

        Copy(_open, buffer, at - _opened, _ => { }, cancellation);
        return _open;
    }

    private void Copy(BrotliStream skeleton, byte[] buffer, long count, Action<ReadOnlySpan<byte>> emit, CancellationToken cancellation)
    {
        while (count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            int read;
            try
            {
                read = skeleton.Read(buffer, 0, (int)Math.Min(buffer.Length, count));
            }
            catch (Exception error) when (error is InvalidDataException or InvalidOperationException)
            {
                throw new InvalidModelException(_name, $"the bytes outside of tensors, from byte {ArchiveFormat.HeaderBytes}, are damaged.", error);
            }

            if (read == 0)
                throw new InvalidModelException(_name, $"the bytes outside of tensors, from byte {ArchiveFormat.HeaderBytes}, end {count} bytes too early.");
            emit(buffer.AsSpan(0, read));
            count -= read;
            _opened += read;
        }
    }

    private static byte[] Bytes(Stream stream, long offset, int count)
    {
        var bytes = new byte[count];
        stream.Position = offset;
        stream.ReadExactly(bytes);
        return bytes;
    }
}
