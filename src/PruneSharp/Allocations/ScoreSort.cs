namespace PruneSharp;

/// <summary>Sorts scores; those that float32 holds exactly, as magnitudes of most weights are, by radix in three passes.</summary>
internal static class ScoreSort
{
    private const int SmallCount = 4096, Bits = 11, Passes = 3, Buckets = 1 << Bits;

    /// <summary>Sorts in place; 8 bytes a score besides.</summary>
    /// <param name="scores">Numbers, ±∞ included, without NaN.</param>
    public static void Ascending(Span<double> scores)
    {
        if (scores.Length < SmallCount || Keys(scores) is not { } keys)
        {
            scores.Sort();
            return;
        }

        var sorted = new uint[keys.Length];
        Span<int> starts = stackalloc int[Buckets];
        for (int pass = 0; pass < Passes; pass++)
        {
            int shift = pass * Bits;
            starts.Clear();
            foreach (uint key in keys)
                starts[(int)(key >> shift) & (Buckets - 1)]++;
            int next = 0;
            foreach (ref int start in starts)
                (start, next) = (next, next + start);
            foreach (uint key in keys)
                sorted[starts[(int)(key >> shift) & (Buckets - 1)]++] = key;
            (keys, sorted) = (sorted, keys);
        }

        for (int i = 0; i < scores.Length; i++)
            scores[i] = BitConverter.UInt32BitsToSingle(keys[i] >> 31 != 0 ? keys[i] ^ 0x8000_0000 : ~keys[i]);
    }

    // Unsigned integers in the order of the scores; null where one is no float32.
    private static uint[]? Keys(ReadOnlySpan<double> scores)
    {
        var keys = new uint[scores.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            float score = (float)scores[i];
            if (score != scores[i])
                return null;
            uint bits = BitConverter.SingleToUInt32Bits(score);
            keys[i] = bits >> 31 != 0 ? ~bits : bits | 0x8000_0000;
        }

        return keys;
    }
}
