using System.Buffers.Binary;

namespace PruneSharp;

/// <summary>One stored weight as a number, and back.</summary>
internal static class StoredValue
{
    /// <summary>Reads the first weight.</summary>
    public static double Read(ReadOnlySpan<byte> stored, ElementType type) => type switch
    {
        ElementType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(stored),
        ElementType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(stored),
        ElementType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(stored),
        _ => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(stored) << 16),
    };

    /// <summary>Writes a number as the first weight, rounded to nearest even.</summary>
    public static void Write(double value, Span<byte> stored, ElementType type)
    {
        switch (type)
        {
            case ElementType.Float32: BinaryPrimitives.WriteSingleLittleEndian(stored, (float)value); break;
            case ElementType.Float64: BinaryPrimitives.WriteDoubleLittleEndian(stored, value); break;
            case ElementType.Float16: BinaryPrimitives.WriteHalfLittleEndian(stored, (Half)value); break;
            default:
                uint bits = BitConverter.SingleToUInt32Bits((float)value);
                BinaryPrimitives.WriteUInt16LittleEndian(stored, (ushort)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16));
                break;
        }
    }
}
