using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PruneSharp;

/// <content>Writing zeros, and counting them.</content>
public sealed partial class Mask
{
    /// <summary>
    /// Sets the pruned weights among consecutive weights to +0 and leaves the bytes of the others alone. Zeros are written, not
    /// multiplied in, so a pruned ∞ or NaN becomes 0 too.
    /// </summary>
    /// <param name="stored">The stored weights, changed in place.</param>
    /// <param name="type">How they are stored.</param>
    /// <param name="first">0-based flat index of the first of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the mask.</exception>
    public void Zero(Span<byte> stored, ElementType type, long first)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stored.Length / type.Bytes(), Length - first, nameof(stored));
        switch (type.Bytes())
        {
            case sizeof(ushort): Zero(MemoryMarshal.Cast<byte, ushort>(stored), first); break;
            case sizeof(uint): Zero(MemoryMarshal.Cast<byte, uint>(stored), first); break;
            default: Zero(MemoryMarshal.Cast<byte, ulong>(stored), first); break;
        }
    }

    /// <summary>Sets the pruned weights of a whole tensor to +0.</summary>
    /// <exception cref="ArgumentException">The count of weights is not the mask's.</exception>
    public void Zero(Span<float> weights)
    {
        if (weights.Length != Length)
            throw new ArgumentException($"{weights.Length} weights do not fit a mask of {Length}.", nameof(weights));
        Zero(MemoryMarshal.Cast<float, uint>(weights), 0);
    }

    // One word of 64 bits covers 64 weights. Each group of `lanes` bits is copied into all lanes, and lane j keeps its weight where
    // bit j is set. Weights before the first and after the last whole word go one by one.
    private void Zero<T>(Span<T> weights, long first)
        where T : unmanaged, IBinaryInteger<T>
    {
        int i = 0;
        for (; i < weights.Length && (first + i) % 64 != 0; i++)
            ZeroOne(weights, first, i);

        int lanes = Vector256<T>.Count;
        Span<T> bitOfLane = stackalloc T[lanes];
        for (int lane = 0; lane < lanes; lane++)
            bitOfLane[lane] = T.One << lane;
        var laneBits = Vector256.Create<T>(bitOfLane);
        for (; i + 64 <= weights.Length; i += 64)
        {
            ulong word = _words[(first + i) >> 6];
            var block = weights.Slice(i, 64);
            if (word == ulong.MaxValue)
                continue;
            if (word == 0)
            {
                block.Clear();
                continue;
            }

            for (int lane = 0; lane < 64; lane += lanes)
            {
                var keep = Vector256.Equals(Vector256.Create(T.CreateTruncating(word >> lane)) & laneBits, laneBits);
                (Vector256.Create<T>(block.Slice(lane, lanes)) & keep).CopyTo(block.Slice(lane, lanes));
            }
        }

        for (; i < weights.Length; i++)
            ZeroOne(weights, first, i);
    }

    private void ZeroOne<T>(Span<T> weights, long first, int i)
        where T : unmanaged
    {
        if ((_words[(first + i) >> 6] >> (int)(first + i) & 1) == 0)
            weights[i] = default;
    }
}
