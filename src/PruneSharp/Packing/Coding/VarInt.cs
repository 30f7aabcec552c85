namespace PruneSharp;

/// <summary>Unsigned integers of seven bits a byte, the lowest first; a set top bit says that more follow.</summary>
internal static class VarInt
{
    /// <summary>Writes a number.</summary>
    public static void Write(Stream output, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            output.WriteByte((byte)(value | 0x80));
        output.WriteByte((byte)value);
    }

    /// <summary>Reads a number and moves on.</summary>
    /// <exception cref="InvalidDataException">The bytes end within it, or it has more than 64 bits.</exception>
    public static ulong Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (at >= bytes.Length)
                throw new InvalidDataException($"the data end within a number at byte {at}");
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return shift < 63 || next < 2 ? value : throw new InvalidDataException($"the number before byte {at} has more than 64 bits");
        }

        throw new InvalidDataException($"the number before byte {at} has more than 64 bits");
    }

    /// <summary>Reads a number that must not be over a bound.</summary>
    /// <exception cref="InvalidDataException">It is.</exception>
    public static int Read(ReadOnlySpan<byte> bytes, ref int at, int most, string what)
    {
        ulong value = Read(bytes, ref at);
        return value <= (ulong)most ? (int)value : throw new InvalidDataException($"{what} is {value} at byte {at}, at most {most} can be");
    }
}
