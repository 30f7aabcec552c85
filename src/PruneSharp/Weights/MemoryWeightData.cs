using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PruneSharp;

/// <summary>Weights that lie in memory; reading returns a view and never copies.</summary>
internal sealed class MemoryWeightData<T>(ElementType type, ReadOnlyMemory<T> values)
    : WeightData(type, (long)values.Length * Unsafe.SizeOf<T>() / type.Bytes())
    where T : unmanaged
{
    public override ReadOnlySpan<byte> Read(long first, int count, Span<byte> buffer)
    {
        int itemsPerWeight = Type.Bytes() / Unsafe.SizeOf<T>();
        return MemoryMarshal.AsBytes(values.Span.Slice(checked((int)first * itemsPerWeight), count * itemsPerWeight));
    }
}
