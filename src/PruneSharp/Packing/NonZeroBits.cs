using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PruneSharp;

/// <summary>Finds stored weights whose bits are not all zero, 64 at a time: the loop that reads every weight when packing.</summary>
internal static class NonZeroBits
{
    /// <summary>Bit i of <paramref name="words"/> says that weight i survives; bits past the last weight are 0.</summary>
    /// <param name="stored">Weights, little-endian.</param>
    /// <param name="type">Their type.</param>
    /// <param name="keepNegativeZeros">Whether −0 survives, since its sign bit is set.</param>
    /// <param name="words">One word for each 64 weights.</param>
    public static void Invoke(ReadOnlySpan<byte> stored, ElementType type, bool keepNegativeZeros, Span<ulong> words) =>
        Invoke(stored, type.Bytes(), keepNegativeZeros, words);

    /// <summary>The same for floats of 1, 2, 4 or 8 bytes whose highest bit is the sign.</summary>
    public static void Invoke(ReadOnlySpan<byte> stored, int elementBytes, bool keepNegativeZeros, Span<ulong> words)
    {
        switch (elementBytes)
        {
            case sizeof(byte): Of(stored, keepNegativeZeros ? byte.MaxValue : (byte)0x7F, words); break;
            case sizeof(ushort): Of(MemoryMarshal.Cast<byte, ushort>(stored), keepNegativeZeros ? ushort.MaxValue : (ushort)0x7FFF, words); break;
            case sizeof(uint): Of(MemoryMarshal.Cast<byte, uint>(stored), keepNegativeZeros ? uint.MaxValue : 0x7FFF_FFFF, words); break;
            default: Of(MemoryMarshal.Cast<byte, ulong>(stored), keepNegativeZeros ? ulong.MaxValue : 0x7FFF_FFFF_FFFF_FFFF, words); break;
        }
    }

    private static void Of<T>(ReadOnlySpan<T> bits, T mask, Span<ulong> words)
        where T : unmanaged, IBinaryInteger<T>
    {
        int vectorized = Vector128.IsHardwareAccelerated ? bits.Length & ~63 : 0;
        Vector(bits[..vectorized], mask, words);
        Scalar(bits[vectorized..], mask, words[(vectorized / 64)..]);
    }

    /// <summary>The reference.</summary>
    internal static void Scalar<T>(ReadOnlySpan<T> bits, T mask, Span<ulong> words)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (int first = 0; first < bits.Length; first += 64)
        {
            ulong word = 0;
            for (int bit = 0; bit < Math.Min(64, bits.Length - first); bit++)
                word |= (bits[first + bit] & mask) != T.Zero ? 1UL << bit : 0;
            words[first / 64] = word;
        }
    }

    // 64 weights make one word: a vector of n lanes gives n bits, lane j to bit j.
    private static void Vector<T>(ReadOnlySpan<T> bits, T mask, Span<ulong> words)
        where T : unmanaged, IBinaryInteger<T>
    {
        var masks = Vector256.Create(mask);
        ref T start = ref MemoryMarshal.GetReference(bits);
        for (int first = 0; first < bits.Length; first += 64)
        {
            ulong zero = 0;
            for (int lane = 0; lane < 64; lane += Vector256<T>.Count)
                zero |= (ulong)Vector256.Equals(Vector256.LoadUnsafe(ref start, (nuint)(first + lane)) & masks, Vector256<T>.Zero).ExtractMostSignificantBits() << lane;
            words[first / 64] = ~zero;
        }
    }
}
