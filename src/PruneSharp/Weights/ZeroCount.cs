using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PruneSharp;

/// <summary>Counts zeros, the measure of sparsity.</summary>
public static class ZeroCount
{
    private const int Chunk = 16384;

    /// <summary>Weights equal to zero; −0 counts, NaN does not.</summary>
    public static long Of(WeightData weights)
    {
        var buffer = new byte[Chunk * sizeof(double)];
        long zeros = 0;
        for (long first = 0; first < weights.Length; first += Chunk)
            zeros += Of(weights.Read(first, (int)Math.Min(Chunk, weights.Length - first), buffer), weights.Type);
        return zeros;
    }

    /// <summary>Stored weights equal to zero; −0 counts, NaN does not.</summary>
    public static long Of(ReadOnlySpan<byte> stored, ElementType type) => type.Bytes() switch
    {
        sizeof(ushort) => Count(MemoryMarshal.Cast<byte, short>(stored)),
        sizeof(int) => Count(MemoryMarshal.Cast<byte, int>(stored)),
        _ => Count(MemoryMarshal.Cast<byte, long>(stored)),
    };

    // A weight is ±0 exactly where no bit but the sign is set: doubling its bits gives 0.
    private static long Count<T>(ReadOnlySpan<T> bits)
        where T : unmanaged, IBinaryInteger<T>
    {
        long zeros = 0;
        int i = 0;
        for (; i + Vector256<T>.Count <= bits.Length; i += Vector256<T>.Count)
        {
            var v = Vector256.Create(bits[i..]);
            zeros += BitOperations.PopCount(Vector256.Equals(v + v, Vector256<T>.Zero).ExtractMostSignificantBits());
        }

        for (; i < bits.Length; i++)
            zeros += unchecked(bits[i] + bits[i]) == T.Zero ? 1 : 0;
        return zeros;
    }
}
