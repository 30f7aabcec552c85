using System.Runtime.InteropServices;

namespace PruneSharp;

/// <summary>|w| of stored weights: the key is the stored bits without the sign, so nothing is computed or copied for float32 and float64.</summary>
internal sealed class MagnitudeScores(string name, WeightData weights) : UnitScores(name, weights.Length)
{
    internal override bool NeedsWideKeys => weights.Type == ElementType.Float64;

    internal override int Mask32 => int.MaxValue;

    internal override long Mask64 => long.MaxValue;

    internal override ReadOnlySpan<int> Keys32(long first, int count, Span<int> buffer)
    {
        buffer = buffer[..count];
        if (weights.Type == ElementType.Float32)
            return MemoryMarshal.Cast<byte, int>(weights.Read(first, count, MemoryMarshal.AsBytes(buffer)));
        Span<byte> half = stackalloc byte[1024];
        for (int done = 0; done < count; done += half.Length / sizeof(ushort))
        {
            int now = Math.Min(count - done, half.Length / sizeof(ushort));
            WeightValues.ToSingle(weights.Read(first + done, now, half), weights.Type, MemoryMarshal.Cast<int, float>(buffer[done..]));
        }

        return buffer;
    }

    internal override ReadOnlySpan<long> Keys64(long first, int count, Span<long> buffer)
    {
        buffer = buffer[..count];
        if (weights.Type == ElementType.Float64)
            return MemoryMarshal.Cast<byte, long>(weights.Read(first, count, MemoryMarshal.AsBytes(buffer)));
        Span<byte> narrow = stackalloc byte[1024];
        int size = weights.Type.Bytes();
        for (int done = 0; done < count; done += narrow.Length / size)
        {
            int now = Math.Min(count - done, narrow.Length / size);
            WeightValues.ToDouble(weights.Read(first + done, now, narrow), weights.Type, MemoryMarshal.Cast<long, double>(buffer.Slice(done, now)));
        }

        return buffer;
    }
}
