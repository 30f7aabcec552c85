namespace PruneSharp;

/// <summary>
/// Positions as one bit a weight, striped so that standard operators can spread them: with n = ⌈length / 8⌉ bytes, bit j of byte i is
/// weight j·n + i.
/// </summary>
public static class BitmaskCode
{
    /// <summary>Bytes for a number of weights.</summary>
    public static int Bytes(int length) => (length + 7) / 8;

    /// <summary>Packs ascending positions.</summary>
    public static byte[] Encode(ReadOnlySpan<int> positions, int length)
    {
        int count = Bytes(length);
        var bytes = new byte[count];
        int row = 0, start = 0;
        foreach (int position in positions)
        {
            while (position - start >= count)
            {
                row++;
                start += count;
            }

            bytes[position - start] |= (byte)(1 << row);
        }

        return bytes;
    }

    /// <summary>The positions again.</summary>
    /// <exception cref="InvalidDataException">The bytes do not hold <paramref name="survivors"/> bits within <paramref name="length"/>.</exception>
    public static int[] Decode(ReadOnlySpan<byte> bytes, int survivors, int length)
    {
        if (bytes.Length != Bytes(length))
            throw new InvalidDataException($"the mask has {bytes.Length} bytes; {length} weights need {Bytes(length)}.");
        long set = 0;
        foreach (byte b in bytes)
            set += byte.PopCount(b);
        if (set != survivors)
            throw new InvalidDataException($"the mask holds {set} survivors, expected {survivors}.");
        var positions = new int[survivors];
        int found = 0;
        for (int row = 0; row < 8; row++)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                if ((bytes[i] >> row & 1) == 0)
                    continue;
                int position = row * bytes.Length + i;
                if (position >= length)
                    throw new InvalidDataException($"the mask holds a survivor at {position}, behind the last of {length} weights.");
                positions[found++] = position;
            }
        }

        return positions;
    }
}
