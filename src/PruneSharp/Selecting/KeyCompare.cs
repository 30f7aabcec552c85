using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PruneSharp;

/// <summary>Compares keys with a bracket [low, high]: the loop that reads every score once.</summary>
internal static class KeyCompare
{
    /// <summary>
    /// Bit i of <paramref name="above"/> says that key i is over <paramref name="high"/>, bit i of <paramref name="inside"/> that it is
    /// in the bracket; a key below sets neither. Bits past the last key are 0.
    /// </summary>
    /// <returns>The largest key: a NaN if any is.</returns>
    public static TKey Invoke<TKey>(
        ReadOnlySpan<TKey> keys, TKey mask, TKey low, TKey high, Span<ulong> above, Span<ulong> inside)
        where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
    {
        int vectorized = Vector128.IsHardwareAccelerated ? keys.Length & ~63 : 0;
        TKey largest = vectorized == 0 ? TKey.MinValue : Vector(keys[..vectorized], mask, low, high, above, inside);
        int word = vectorized / 64;
        return TKey.Max(largest, Scalar(keys[vectorized..], mask, low, high, above[word..], inside[word..]));
    }

    /// <summary>The reference.</summary>
    internal static TKey Scalar<TKey>(
        ReadOnlySpan<TKey> keys, TKey mask, TKey low, TKey high, Span<ulong> above, Span<ulong> inside)
        where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
    {
        TKey largest = TKey.MinValue;
        for (int first = 0; first < keys.Length; first += 64)
        {
            ulong over = 0, within = 0;
            for (int bit = 0; bit < Math.Min(64, keys.Length - first); bit++)
            {
                TKey key = keys[first + bit] & mask;
                largest = TKey.Max(largest, key);
                over |= key > high ? 1UL << bit : 0;
                within |= key >= low && key <= high ? 1UL << bit : 0;
            }

            above[first / 64] = over;
            inside[first / 64] = within;
        }

        return largest;
    }

    // 64 keys make one word. A vector of 8 (or 4) keys gives 8 (4) bits by the sign bits of a comparison, lane j to bit j.
    private static TKey Vector<TKey>(
        ReadOnlySpan<TKey> keys, TKey mask, TKey low, TKey high, Span<ulong> above, Span<ulong> inside)
        where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
    {
        Vector256<TKey> masks = Vector256.Create(mask), lows = Vector256.Create(low), highs = Vector256.Create(high);
        var largest = Vector256.Create(TKey.MinValue);
        int lanes = Vector256<TKey>.Count;
        ref TKey start = ref MemoryMarshal.GetReference(keys);
        for (int first = 0; first < keys.Length; first += 64)
        {
            ulong over = 0, under = 0;
            for (int lane = 0; lane < 64; lane += 4 * lanes)
            {
                ref TKey group = ref Unsafe.Add(ref start, first + lane);
                over |= (Compare(ref group, 0, masks, lows, highs, ref largest, ref under, lane)
                    | Compare(ref group, lanes, masks, lows, highs, ref largest, ref under, lane)
                    | Compare(ref group, 2 * lanes, masks, lows, highs, ref largest, ref under, lane)
                    | Compare(ref group, 3 * lanes, masks, lows, highs, ref largest, ref under, lane)) << lane;
            }

            above[first / 64] = over;
            inside[first / 64] = ~(over | under);
        }

        TKey result = TKey.MinValue;
        for (int lane = 0; lane < lanes; lane++)
            result = TKey.Max(result, largest[lane]);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Compare<TKey>(
        ref TKey group, int at, Vector256<TKey> masks, Vector256<TKey> lows, Vector256<TKey> highs, ref Vector256<TKey> largest, ref ulong under, int lane)
        where TKey : unmanaged
    {
        var keys = Vector256.LoadUnsafe(ref group, (nuint)at) & masks;
        largest = Vector256.Max(largest, keys);
        under |= (ulong)Vector256.GreaterThan(lows, keys).ExtractMostSignificantBits() << (at + lane);
        return (ulong)Vector256.GreaterThan(keys, highs).ExtractMostSignificantBits() << at;
    }
}
