using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace PruneSharp;

/// <summary>Widening of stored weights. Every step is exact: no stored value changes.</summary>
internal static class WeightValues
{
    /// <summary>Stored bytes as float32; <paramref name="type"/> must not be <see cref="ElementType.Float64"/>.</summary>
    public static void ToSingle(ReadOnlySpan<byte> stored, ElementType type, Span<float> values)
    {
        switch (type)
        {
            case ElementType.Float32:
                MemoryMarshal.Cast<byte, float>(stored).CopyTo(values);
                break;
            case ElementType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(stored), values);
                break;
            case ElementType.BFloat16:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, ushort>(stored), MemoryMarshal.Cast<float, uint>(values));
                var bits = MemoryMarshal.Cast<float, uint>(values)[..(stored.Length / sizeof(ushort))];
                TensorPrimitives.ShiftLeft(bits, 16, bits);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of at most 32 bits.");
        }
    }

    /// <summary>Stored bytes as float64.</summary>
    public static void ToDouble(ReadOnlySpan<byte> stored, ElementType type, Span<double> values)
    {
        if (type == ElementType.Float64)
        {
            MemoryMarshal.Cast<byte, double>(stored).CopyTo(values);
            return;
        }

        Span<float> narrow = stackalloc float[256];
        int size = type.Bytes();
        for (int first = 0; first < values.Length; first += narrow.Length)
        {
            int count = Math.Min(narrow.Length, values.Length - first);
            ToSingle(stored.Slice(first * size, count * size), type, narrow);
            TensorPrimitives.ConvertTruncating<float, double>(narrow[..count], values[first..]);
        }
    }
}
