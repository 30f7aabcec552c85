using System.Numerics;
using System.Runtime.InteropServices;

namespace PruneSharp;

/// <summary>Moves weights between a dense run and the survivors that a bitmask (bit 0 first) marks in it.</summary>
internal static class Survivors
{
    /// <summary>Marked weights.</summary>
    public static int Count(ReadOnlySpan<byte> bits)
    {
        int count = 0;
        var words = MemoryMarshal.Cast<byte, ulong>(bits);
        foreach (ulong word in words)
            count += BitOperations.PopCount(word);
        foreach (byte b in bits[(words.Length * sizeof(ulong))..])
            count += byte.PopCount(b);
        return count;
    }

    /// <summary>Copies the marked weights to the front of <paramref name="survivors"/> and gives their size in bytes.</summary>
    public static int Gather(ReadOnlySpan<byte> stored, int elementBytes, ReadOnlySpan<byte> bits, Span<byte> survivors) => elementBytes * elementBytes switch
    {
        sizeof(byte) => Gather<byte>(stored, bits, survivors),
        sizeof(ushort) => Gather<ushort>(stored, bits, survivors),
        sizeof(uint) => Gather<uint>(stored, bits, survivors),
        _ => Gather<ulong>(stored, bits, survivors),
    };

    /// <summary>Puts survivors where they are marked and zeros elsewhere.</summary>
    public static void Scatter(ReadOnlySpan<byte> survivors, int elementBytes, ReadOnlySpan<byte> bits, Span<byte> stored)
    {
        stored.Clear();
        switch (elementBytes)
        {
            case sizeof(byte): Scatter<byte>(survivors, bits, stored); break;
            case sizeof(ushort): Scatter<ushort>(survivors, bits, stored); break;
            case sizeof(uint): Scatter<uint>(survivors, bits, stored); break;
            default: Scatter<ulong>(survivors, bits, stored); break;
        }
    }

    private static int Gather<T>(ReadOnlySpan<byte> stored, ReadOnlySpan<byte> bits, Span<byte> survivors)
        where T : unmanaged
    {
        var from = MemoryMarshal.Cast<byte, T>(stored);
        var to = MemoryMarshal.Cast<byte, T>(survivors);
        int next = 0;
        for (int i = 0; i < bits.Length; i++)
            for (uint b = bits[i]; b != 0; b &= b - 1)
                to[next++] = from[i * 8 + BitOperations.TrailingZeroCount(b)];
        return next;
    }

    private static void Scatter<T>(ReadOnlySpan<byte> survivors, ReadOnlySpan<byte> bits, Span<byte> stored)
        where T : unmanaged
    {
        var from = MemoryMarshal.Cast<byte, T>(survivors);
        var to = MemoryMarshal.Cast<byte, T>(stored);
        int next = 0;
        for (int i = 0; i < bits.Length; i++)
            for (uint b = bits[i]; b != 0; b &= b - 1)
                to[i * 8 + BitOperations.TrailingZeroCount(b)] = from[next++];
    }
}
