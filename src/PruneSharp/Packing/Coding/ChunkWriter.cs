using System.IO.Compression;

namespace PruneSharp;

/// <summary>
/// Encodes one chunk for the archive: a byte for positions, a byte for values, their parameters, the length of the range code, the range
/// code of positions and values, and the low bytes of floats, plane by plane, compressed where that helps. Integers are varints.
/// </summary>
internal static class ChunkWriter
{
    private const int SampleLength = 1 << 20;
    private const int MostTriedTwice = 1 << 22;

    /// <summary>Encodes a chunk.</summary>
    /// <param name="chunk">The weights.</param>
    /// <param name="values">How values are kept.</param>
    /// <param name="codebook">The tensor's codebook, where values are codes.</param>
    /// <param name="columns">Weights of one row in storage.</param>
    public static byte[] Encode(SparseChunk chunk, ValueEncoding values, Codebook? codebook, int columns)
    {
        using var output = new MemoryStream();
        var encoder = new RangeEncoder();
        var coder = new BitCoder(encoder);
        int period = 1;
        var positions = chunk.Positions.Length == chunk.Length ? ChunkPositions.All : Choose(chunk, columns, out period);
        output.WriteByte((byte)positions);
        if (positions != ChunkPositions.All)
            VarInt.Write(output, (ulong)chunk.Positions.Length);
        if (positions == ChunkPositions.Mask)
        {
            VarInt.Write(output, (ulong)columns);
            VarInt.Write(output, (ulong)period);
            new MaskModel(columns, period).Code(ref coder, MaskOf(chunk.Positions, chunk.Length));
        }
        else if (positions == ChunkPositions.Gaps)
        {
            Gaps(ref coder, chunk.Positions, chunk.Length);
        }

        var low = Values(output, ref coder, chunk, values, codebook);
        byte[] code = encoder.Finish();
        VarInt.Write(output, (ulong)code.Length);
        output.Write(code);
        WritePlanes(output, low);
        return output.ToArray();
    }

    private static byte[][] Values(MemoryStream output, ref BitCoder coder, SparseChunk chunk, ValueEncoding values, Codebook? codebook)
    {
        if (codebook is null)
        {
            bool half = values == ValueEncoding.Half && chunk.Type.Bytes() > sizeof(ushort);
            output.WriteByte((byte)(half ? ChunkValues.Half : ChunkValues.Stored));
            return half ? Floats(ref coder, HalfValues.Of(chunk.Values, chunk.Type), ElementType.Float16) : Floats(ref coder, chunk.Values.ToArray(), chunk.Type);
        }

        output.WriteByte((byte)ChunkValues.Codes);
        VarInt.Write(output, (ulong)codebook.Count);
        output.Write(codebook.Entries.Span);
        var model = new SymbolModel(CodeBits(codebook.Count));
        foreach (byte code in codebook.Codes(chunk.Values))
            model.Code(ref coder, code);
        return [];
    }

    /// <summary>Bits of an index into that many entries; at least one.</summary>
    public static int CodeBits(int count) => Math.Max(1, sizeof(uint) * 8 - System.Numerics.BitOperations.LeadingZeroCount((uint)Math.Max(0, count - 1)));

    // Both ways where that is quick; else a sample decides.
    private static ChunkPositions Choose(SparseChunk chunk, int columns, out int period)
    {
        var sample = chunk.Positions;
        int length = chunk.Length;
        if (length > MostTriedTwice)
        {
            length = SampleLength;
            int survivors = sample.BinarySearch(length);
            sample = sample[..(survivors < 0 ? ~survivors : survivors)];
        }

        period = MaskPeriod.Of(sample, columns);
        RangeEncoder gaps = new(), mask = new();
        BitCoder gapCoder = new(gaps), maskCoder = new(mask);
        Gaps(ref gapCoder, sample, length);
        new MaskModel(columns, period).Code(ref maskCoder, MaskOf(sample, length));

        // The slower one must be worth its time.
        return mask.Length < gaps.Length - gaps.Length / 128 ? ChunkPositions.Mask : ChunkPositions.Gaps;
    }

    private static void Gaps(ref BitCoder coder, ReadOnlySpan<int> positions, int length)
    {
        var model = new SymbolModel(8);
        foreach (byte digit in GapCode.Of(8, length).Encode(positions))
            model.Code(ref coder, digit);
    }

    private static byte[] MaskOf(ReadOnlySpan<int> positions, int length)
    {
        var mask = new byte[length];
        foreach (int position in positions)
            mask[position] = 1;
        return mask;
    }

    private static byte[][] Floats(ref BitCoder coder, byte[] stored, ElementType type)
    {
        var model = new FloatModel(type);
        int size = type.Bytes(), count = stored.Length / size;
        for (int i = 0; i < count; i++)
            model.Code(ref coder, stored.AsSpan(i * size, size));
        var planes = new byte[model.RawBytes][];
        for (int plane = 0; plane < planes.Length; plane++)
        {
            planes[plane] = new byte[count];
            for (int i = 0; i < count; i++)
                planes[plane][i] = stored[i * size + plane];
        }

        return planes;
    }

    private static void WritePlanes(MemoryStream output, byte[][] planes)
    {
        foreach (byte[] plane in planes)
        {
            byte[] packed = Brotli.Compress(plane, CompressionLevel.Fastest);
            bool helps = packed.Length < plane.Length - plane.Length / 64;
            VarInt.Write(output, helps ? (ulong)packed.Length : 0);
            output.Write(helps ? packed : plane);
        }
    }
}
