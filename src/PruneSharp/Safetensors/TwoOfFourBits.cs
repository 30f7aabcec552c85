namespace PruneSharp;

/// <summary>Groups of four in a bitmask, two to a byte: the first in its low four bits.</summary>
internal static class TwoOfFourBits
{
    // Survivors of a group with at most two, lowest positions added until there are two. Others stay as they are.
    private static ReadOnlySpan<byte> Filled => [0b0011, 0b0011, 0b0011, 0b0011, 0b0101, 5, 6, 7, 0b1001, 9, 10, 11, 12, 13, 14, 15];

    /// <summary>The first group that does not pass; −1 where all do.</summary>
    /// <param name="bits">The bitmask of a run of weights.</param>
    /// <param name="columns">Weights in the run, a multiple of 4.</param>
    /// <param name="exactly">Whether two must be marked; otherwise at most two.</param>
    public static int FirstWrong(ReadOnlySpan<byte> bits, int columns, bool exactly)
    {
        for (int group = 0; group < columns / 4; group++)
        {
            int count = Count(bits, group);
            if (count > 2 || (exactly && count < 2))
                return group;
        }

        return -1;
    }

    /// <summary>Marked weights of a group.</summary>
    public static int Count(ReadOnlySpan<byte> bits, int group) => byte.PopCount((byte)(bits[group / 2] >> group % 2 * 4 & 15));

    /// <summary>Marks two weights in each group that has fewer, lowest positions first.</summary>
    public static void Fill(Span<byte> bits, int columns)
    {
        for (int i = 0; i < columns / 8; i++)
            bits[i] = (byte)(Filled[bits[i] & 15] | Filled[bits[i] >> 4] << 4);
        if (columns % 8 != 0)
            bits[columns / 8] = Filled[bits[columns / 8]];
    }
}
