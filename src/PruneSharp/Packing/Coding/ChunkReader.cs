namespace PruneSharp;

/// <summary>Decodes what <see cref="ChunkWriter"/> made.</summary>
internal static class ChunkReader
{
    /// <summary>Decodes a chunk into stored weights.</summary>
    /// <param name="bytes">The block.</param>
    /// <param name="type">How weights are stored.</param>
    /// <param name="destination">All weights of the chunk; overwritten.</param>
    /// <exception cref="InvalidDataException">The block is damaged.</exception>
    public static void Decode(ReadOnlySpan<byte> bytes, ElementType type, Span<byte> destination)
    {
        int size = type.Bytes(), length = destination.Length / size, at = 0;
        int kind = VarInt.Read(bytes, ref at, (int)ChunkPositions.Mask, "the kind of positions");
        int survivors = kind == (int)ChunkPositions.All ? length : VarInt.Read(bytes, ref at, length, "the number of survivors");
        int columns = 0, period = 0;
        if (kind == (int)ChunkPositions.Mask)
        {
            columns = Math.Max(1, VarInt.Read(bytes, ref at, SparseChunk.MostLength, "the number of columns"));
            period = Math.Max(1, VarInt.Read(bytes, ref at, columns, "the period"));
        }

        int valueKind = VarInt.Read(bytes, ref at, (int)ChunkValues.Codes, "the kind of values");
        ReadOnlySpan<byte> entries = default;
        if (valueKind == (int)ChunkValues.Codes)
        {
            int count = VarInt.Read(bytes, ref at, 256, "the number of codebook entries");
            entries = Take(bytes, ref at, count * size);
        }

        int codeLength = VarInt.Read(bytes, ref at, bytes.Length - at, "the length of the code");
        var coder = new BitCoder(Take(bytes, ref at, codeLength));
        int[]? positions = kind switch
        {
            (int)ChunkPositions.All => null,
            (int)ChunkPositions.Gaps => Gaps(ref coder, survivors, length),
            _ => Mask(ref coder, survivors, length, columns, period),
        };
        byte[] values = Values(ref coder, (ChunkValues)valueKind, survivors, type, entries, bytes, ref at);
        if (at != bytes.Length)
            throw new InvalidDataException($"the block has {bytes.Length - at} bytes more than it needs");
        if (positions is null)
            values.CopyTo(destination);
        else
            SparseChunk.Scatter(positions, values, type, destination);
    }

    private static int[] Gaps(ref BitCoder coder, int survivors, int length)
    {
        const int Escape = 255;
        var model = new SymbolModel(8);
        var positions = new int[survivors];
        long index = 0, last = -1;
        for (int found = 0; found < survivors;)
        {
            int digit = model.Code(ref coder, 0);
            index += digit;
            if (index >= length)
                throw new InvalidDataException($"a gap leads to weight {index}, behind the last of {length}");
            if (digit == Escape)
                continue;
            if (index <= last)
                throw new InvalidDataException($"a gap leads to weight {index} a second time");
            positions[found++] = (int)(last = index);
        }

        return positions;
    }

    private static int[] Mask(ref BitCoder coder, int survivors, int length, int columns, int period)
    {
        var mask = new byte[length];
        new MaskModel(columns, period).Code(ref coder, mask);
        var positions = new int[survivors];
        int found = 0;
        for (int i = 0; i < length; i++)
        {
            if (mask[i] == 0)
                continue;
            if (found == survivors)
                throw new InvalidDataException($"the mask holds more than the {survivors} survivors that were promised");
            positions[found++] = i;
        }

        return found == survivors ? positions : throw new InvalidDataException($"the mask holds {found} survivors, {survivors} were promised");
    }

    private static byte[] Values(ref BitCoder coder, ChunkValues kind, int survivors, ElementType type, ReadOnlySpan<byte> entries, ReadOnlySpan<byte> bytes, ref int at)
    {
        switch (kind)
        {
            case ChunkValues.Codes:
                var model = new SymbolModel(ChunkWriter.CodeBits(entries.Length / type.Bytes()));
                var codes = new byte[survivors];
                for (int i = 0; i < survivors; i++)
                    codes[i] = (byte)model.Code(ref coder, 0);
                return Codebook.Decode(codes, entries, type);
            case ChunkValues.Half:
                return HalfValues.Widen(Floats(ref coder, survivors, ElementType.Float16, bytes, ref at), type);
            default:
                return Floats(ref coder, survivors, type, bytes, ref at);
        }
    }

    private static byte[] Floats(ref BitCoder coder, int survivors, ElementType type, ReadOnlySpan<byte> bytes, ref int at)
    {
        var model = new FloatModel(type);
        int size = type.Bytes();
        var stored = new byte[survivors * size];
        var plane = new byte[survivors];
        for (int low = 0; low < model.RawBytes; low++)
        {
            int packed = VarInt.Read(bytes, ref at, bytes.Length, "the length of a plane");
            if (packed == 0)
                Take(bytes, ref at, survivors).CopyTo(plane);
            else
                Brotli.Decompress(Take(bytes, ref at, packed), plane);
            for (int i = 0; i < survivors; i++)
                stored[i * size + low] = plane[i];
        }

        for (int i = 0; i < survivors; i++)
            model.Code(ref coder, stored.AsSpan(i * size, size));
        return stored;
    }

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes, scoped ref int at, int count)
    {
        if (count > bytes.Length - at)
            throw new InvalidDataException($"the block ends {count - (bytes.Length - at)} bytes before byte {at + count}");
        at += count;
        return bytes[(at - count)..at];
    }
}
