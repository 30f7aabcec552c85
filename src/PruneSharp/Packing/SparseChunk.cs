using System.Numerics;
using System.Runtime.InteropServices;

namespace PruneSharp;

/// <summary>A run of weights as its survivors: where they are and what they are. The unit that packing works on.</summary>
public sealed class SparseChunk
{
    /// <summary>Most weights in one chunk; longer tensors are packed as several.</summary>
    public const int MostLength = 1 << 24;

    private readonly int[] _positions;
    private readonly byte[] _values;

    private SparseChunk(int length, ElementType type, int[] positions, byte[] values)
    {
        Length = length;
        Type = type;
        _positions = positions;
        _values = values;
    }

    /// <summary>Weights in the chunk, zeros included.</summary>
    public int Length { get; }

    /// <summary>How weights are stored.</summary>
    public ElementType Type { get; }

    /// <summary>Indices of the survivors within the chunk, ascending.</summary>
    public ReadOnlySpan<int> Positions => _positions;

    /// <summary>The survivors' stored bytes, in the same order.</summary>
    public ReadOnlySpan<byte> Values => _values;

    /// <summary>Finds the survivors.</summary>
    /// <param name="stored">Weights, little-endian.</param>
    /// <param name="type">Their type.</param>
    /// <param name="keepNegativeZeros">Whether −0 is a survivor, so that every bit comes back; else it becomes +0.</param>
    /// <exception cref="ArgumentException">There are more than <see cref="MostLength"/> weights.</exception>
    public static SparseChunk Of(ReadOnlySpan<byte> stored, ElementType type, bool keepNegativeZeros)
    {
        int size = type.Bytes(), length = stored.Length / size;
        if (length > MostLength)
            throw new ArgumentException($"{length} weights are more than {MostLength}, the most in one chunk.", nameof(stored));
        var words = new ulong[(length + 63) / 64];
        NonZeroBits.Invoke(stored, type, keepNegativeZeros, words);
        int count = 0;
        foreach (ulong word in words)
            count += BitOperations.PopCount(word);

        var positions = new int[count];
        var values = new byte[count * size];
        switch (size)
        {
            case sizeof(ushort): Take(words, MemoryMarshal.Cast<byte, ushort>(stored), positions, MemoryMarshal.Cast<byte, ushort>(values.AsSpan())); break;
            case sizeof(uint): Take(words, MemoryMarshal.Cast<byte, uint>(stored), positions, MemoryMarshal.Cast<byte, uint>(values.AsSpan())); break;
            default: Take(words, MemoryMarshal.Cast<byte, ulong>(stored), positions, MemoryMarshal.Cast<byte, ulong>(values.AsSpan())); break;
        }

        return new(length, type, positions, values);
    }

    /// <summary>The chunks of a tensor, each of <see cref="MostLength"/> weights but the last.</summary>
    public static IEnumerable<SparseChunk> All(WeightData data, bool keepNegativeZeros)
    {
        for (long first = 0; first < data.Length; first += MostLength)
            yield return Of(data, first, keepNegativeZeros);
    }

    /// <summary>The chunk that starts at a weight.</summary>
    public static SparseChunk Of(WeightData data, long first, bool keepNegativeZeros)
    {
        int count = (int)Math.Min(MostLength, data.Length - first);
        return Of(data.Read(first, count, new byte[count * data.Type.Bytes()]), data.Type, keepNegativeZeros);
    }

    private static void Take<T>(ReadOnlySpan<ulong> words, ReadOnlySpan<T> stored, Span<int> positions, Span<T> values)
    {
        int survivor = 0;
        for (int i = 0; i < words.Length; i++)
        {
            for (ulong word = words[i]; word != 0; word &= word - 1)
            {
                int position = i * 64 + BitOperations.TrailingZeroCount(word);
                positions[survivor] = position;
                values[survivor++] = stored[position];
            }
        }
    }

    /// <summary>Puts survivors back among zeros.</summary>
    /// <param name="positions">Their indices.</param>
    /// <param name="values">Their stored bytes.</param>
    /// <param name="type">Their type.</param>
    /// <param name="destination">All weights of the chunk; overwritten.</param>
    public static void Scatter(ReadOnlySpan<int> positions, ReadOnlySpan<byte> values, ElementType type, Span<byte> destination)
    {
        destination.Clear();
        switch (type.Bytes())
        {
            case sizeof(ushort): Put(positions, MemoryMarshal.Cast<byte, ushort>(values), MemoryMarshal.Cast<byte, ushort>(destination)); break;
            case sizeof(uint): Put(positions, MemoryMarshal.Cast<byte, uint>(values), MemoryMarshal.Cast<byte, uint>(destination)); break;
            default: Put(positions, MemoryMarshal.Cast<byte, ulong>(values), MemoryMarshal.Cast<byte, ulong>(destination)); break;
        }
    }

    private static void Put<T>(ReadOnlySpan<int> positions, ReadOnlySpan<T> values, Span<T> destination)
    {
        for (int i = 0; i < positions.Length; i++)
            destination[positions[i]] = values[i];
    }
}
