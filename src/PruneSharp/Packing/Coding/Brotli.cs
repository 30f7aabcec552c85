using System.IO.Compression;

namespace PruneSharp;

/// <summary>Brotli over whole arrays.</summary>
internal static class Brotli
{
    /// <summary>Compresses.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> bytes, CompressionLevel level)
    {
        using var packed = new MemoryStream();
        using (var stream = new BrotliStream(packed, level, leaveOpen: true))
            stream.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>Decompresses into exactly as many bytes as expected.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or hold fewer or more.</exception>
    public static void Decompress(ReadOnlySpan<byte> packed, Span<byte> destination)
    {
        if (!BrotliDecoder.TryDecompress(packed, destination, out int written) || written != destination.Length)
            throw new InvalidDataException($"{packed.Length} compressed bytes do not hold the {destination.Length} that were promised");
    }
}
