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
                halves[i] = (Half)StoredValue.Read(stored[(i * type.Bytes())..], type);
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

    /// <summary>Whether some finite survivor is too large for a 16-bit float.</summary>
    public static bool Overflow(SparseChunk chunk)
    {
        var halves = MemoryMarshal.Cast<byte, Half>(Of(chunk.Values, chunk.Type));
        for (int i = 0; i < halves.Length; i++)
            if (Half.IsInfinity(halves[i]) && double.IsFinite(StoredValue.Read(chunk.Values[(i * chunk.Type.Bytes())..], chunk.Type)))
                return true;
        return false;
    }
}
