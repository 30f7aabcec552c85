using System.Buffers.Binary;

namespace PruneSharp;

/// <summary>The CRC-32 of zip files (reflected polynomial 0xEDB88320), eight bytes a step (Kounavis and Berry 2008, "slicing by 8").</summary>
internal static class Crc32
{
    private const int Slices = 8;

    private static readonly uint[] _table = Table();

    /// <summary>The CRC of bytes that follow others.</summary>
    /// <param name="crc">That of what came before; 0 at the start.</param>
    /// <param name="bytes">What follows.</param>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> table = _table;
        crc = ~crc;
        for (; bytes.Length >= Slices; bytes = bytes[Slices..])
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc, high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = table[0x700 + (byte)low] ^ table[0x600 + (byte)(low >> 8)] ^ table[0x500 + (byte)(low >> 16)] ^ table[0x400 + (int)(low >> 24)]
                ^ table[0x300 + (byte)high] ^ table[0x200 + (byte)(high >> 8)] ^ table[0x100 + (byte)(high >> 16)] ^ table[(int)(high >> 24)];
        }

        foreach (byte value in bytes)
            crc = table[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    // Row s holds the CRC of a byte that s zero bytes follow.
    private static uint[] Table()
    {
        var table = new uint[Slices * 256];
        for (int i = 0; i < table.Length; i++)
        {
            uint crc = i < 256 ? (uint)i : table[i - 256];
            if (i >= 256)
            {
                table[i] = table[(byte)crc] ^ (crc >> 8);
                continue;
            }

            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            table[i] = crc;
        }

        return table;
    }
}
