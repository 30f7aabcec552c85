using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PruneSharp;

/// <content>Exchange with masks stored as numbers of the weights' own type.</content>
public sealed partial class Mask
{
    /// <summary>Writes 1 and 0 as stored numbers of a type.</summary>
    /// <param name="stored">Receives whole numbers; all bytes are written.</param>
    /// <param name="type">How they are stored.</param>
    /// <param name="first">0-based flat index of the first weight to write, a multiple of 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the mask, or does not begin at a multiple of 64.</exception>
    public void WriteNumbers(Span<byte> stored, ElementType type, long first)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNotEqual(first % 64, 0, nameof(first));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stored.Length / type.Bytes(), Length - first, nameof(stored));
        switch (type)
        {
            case ElementType.Float16: Write<ushort>(stored, first, 0x3C00); break;
            case ElementType.BFloat16: Write<ushort>(stored, first, 0x3F80); break;
            case ElementType.Float32: Write<uint>(stored, first, 0x3F800000); break;
            default: Write<ulong>(stored, first, 0x3FF0000000000000); break;
        }
    }

    // As for writing zeros: a group of bits is copied into all lanes, and lane j is 1 where bit j is set.
    private void Write<T>(Span<byte> bytes, long first, T one)
        where T : unmanaged, IBinaryInteger<T>
    {
        var numbers = MemoryMarshal.Cast<byte, T>(bytes);
        int lanes = Vector256<T>.Count, i = 0;
        Span<T> bitOfLane = stackalloc T[lanes];
        for (int lane = 0; lane < lanes; lane++)
            bitOfLane[lane] = T.One << lane;
        var laneBits = Vector256.Create<T>(bitOfLane);
        var ones = Vector256.Create(one);
        for (; i + 64 <= numbers.Length; i += 64)
        {
            ulong word = _words[(first + i) >> 6];
            var block = numbers.Slice(i, 64);
            for (int lane = 0; lane < 64; lane += lanes)
                (Vector256.Equals(Vector256.Create(T.CreateTruncating(word >> lane)) & laneBits, laneBits) & ones).CopyTo(block.Slice(lane, lanes));
        }

        for (; i < numbers.Length; i++)
            numbers[i] = (_words[(first + i) >> 6] >> (int)(first + i) & 1) != 0 ? one : T.Zero;
    }
}
