using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace PruneSharp;

/// <summary>Stored weights as 16-bit floats, rounded to nearest even, and back.</summary>
public static class HalfValues
{
    /// <summary>16-bit floats, little-endian, of stored weights.</summary>
    public static byte[] Of(ReadOnlySpan<byte> stored, ElementType type)
    {
        int count = stored.Length / type.Bytes();
        var bytes = new byte[count * sizeof(ushort)];
        var halves = MemoryMarshal.Cast<byte, Half>(bytes.AsSpan());
        if (type == ElementType.Float32)
            TensorPrimitives.ConvertToHalf(MemoryMarshal.Cast<byte, float>(stored), halves);
        else
            for (int i = 0; i < count; i++)
                halves[i] = (Half)Number(stored, i, type);
        return bytes;
    }

    /// <summary>Stored weights of 16-bit floats.</summary>
    public static byte[] Widen(ReadOnlySpan<byte> halves, ElementType type)
    {
        var values = MemoryMarshal.Cast<byte, Half>(halves);
        var stored = new byte[values.Length * type.Bytes()];
        for (int i = 0; i < values.Length; i++)
            StoredValue.Write((double)values[i], stored.AsSpan(i * type.Bytes()), type);
        return stored;
    }

    /// <summary>One stored weight as a number.</summary>
    public static double Number(ReadOnlySpan<byte> stored, int index, ElementType type) => StoredValue.Read(stored[(index * type.Bytes())..], type);
}
