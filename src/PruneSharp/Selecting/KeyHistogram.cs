using System.Numerics;

namespace PruneSharp;

/// <summary>Finds a key by rank with one histogram pass for each 16 bits of the key, most significant first.</summary>
internal static class KeyHistogram
{
    private const int DigitBits = 16;

    /// <summary>The <paramref name="rank"/>-th smallest key, 1-based.</summary>
    public static TKey Threshold<TKey>(KeyReader<TKey> reader, long rank)
        where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
    {
        int bits = typeof(TKey) == typeof(int) ? 32 : 64;
        ulong flip = 1UL << (bits - 1); // makes the signed order the unsigned order
        ulong keep = bits == 64 ? ulong.MaxValue : (1UL << bits) - 1;
        ulong prefix = 0;
        for (int shift = bits - DigitBits; shift >= 0; shift -= DigitBits)
        {
            var histogram = Count(reader, shift, flip, keep, prefix);
            ulong digit = 0;
            for (; rank > histogram[digit]; digit++)
                rank -= histogram[digit];
            prefix = prefix << DigitBits | digit;
        }

        return TKey.CreateTruncating(prefix ^ flip);
    }

    private static long[] Count<TKey>(KeyReader<TKey> reader, int shift, ulong flip, ulong keep, ulong prefix)
        where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
    {
        var total = new long[1 << DigitBits];
        reader.ForEachSegment((i, buffer) =>
        {
            var segment = reader.Segments[i];
            TKey mask = reader.Mask(segment.Source);
            var own = new long[1 << DigitBits];
            foreach (var (first, count) in KeyReader<TKey>.Blocks(segment))
                foreach (TKey key in reader.Read(segment.Source, first, count, buffer))
                {
                    ulong digits = ((ulong.CreateTruncating(key & mask) & keep) ^ flip) >> shift;
                    if (shift + DigitBits >= 64 || digits >> DigitBits == prefix)
                        own[(int)digits & ((1 << DigitBits) - 1)]++;
                }

            lock (total)
                for (int digit = 0; digit < own.Length; digit++)
                    total[digit] += own[digit];
        });
        return total;
    }
}
