namespace PruneSharp;

/// <summary>
/// At most 2^bits values that stand for all survivors of one tensor: the centres of one-dimensional k-means, which is solved exactly (over
/// values, or in large tensors over buckets of 1/2048 relative width). Zeros are no survivors and stay exact.
/// </summary>
public sealed class Codebook
{
    private readonly double[] _middles;

    private Codebook(ElementType type, byte[] entries)
    {
        Type = type;
        Entries = entries;
        Count = entries.Length / type.Bytes();
        _middles = new double[Math.Max(0, Count - 1)];
        for (int i = 0; i < _middles.Length; i++)
            _middles[i] = (Entry(i) + Entry(i + 1)) / 2;
    }

    /// <summary>How entries and weights are stored.</summary>
    public ElementType Type { get; }

    /// <summary>The entries, ascending, as stored weights.</summary>
    public ReadOnlyMemory<byte> Entries { get; }

    /// <summary>Number of entries.</summary>
    public int Count { get; }

    /// <summary>Fits a codebook to the survivors of a tensor.</summary>
    /// <param name="chunks">The tensor's chunks.</param>
    /// <param name="survivors">Survivors in all of them.</param>
    /// <param name="bits">2 to 8.</param>
    /// <param name="type">How weights are stored.</param>
    /// <returns>null where a value is infinite or no number, which no centre can stand for.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bits"/> is out of range.</exception>
    public static Codebook? Fit(IEnumerable<SparseChunk> chunks, long survivors, int bits, ElementType type)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 8);
        var histogram = new ValueHistogram(survivors);
        foreach (var chunk in chunks)
            histogram.Add(chunk.Values, type);
        if (!double.IsFinite(histogram.Largest))
            return null;
        var points = histogram.Points();
        if (points.Count == 0)
            return new(type, []);
        int[] starts = OptimalPartition.Starts(points, 1 << bits);
        var entries = new byte[starts.Length * type.Bytes()];
        for (int i = 0; i < starts.Length; i++)
        {
            // From the first value, so that a group of equal values has exactly that centre.
            double first = points[starts[i]].Value, sum = 0, weight = 0;
            for (int p = starts[i]; p < (i + 1 < starts.Length ? starts[i + 1] : points.Count); p++)
            {
                sum += (points[p].Value - first) * points[p].Weight;
                weight += points[p].Weight;
            }

            StoredValue.Write(first + sum / weight, entries.AsSpan(i * type.Bytes()), type);
        }

        return new(type, entries);
    }

    /// <summary>The nearest entry's index for each survivor; the lower of two that are as near.</summary>
    public byte[] Codes(ReadOnlySpan<byte> stored)
    {
        int size = Type.Bytes();
        var codes = new byte[stored.Length / size];
        for (int i = 0; i < codes.Length; i++)
        {
            int at = Array.BinarySearch(_middles, StoredValue.Read(stored[(i * size)..], Type));
            codes[i] = (byte)(at < 0 ? ~at : at);
        }

        return codes;
    }

    /// <summary>The entries that codes stand for.</summary>
    /// <param name="codes">Indices of entries.</param>
    /// <param name="entries">Entries as stored weights.</param>
    /// <param name="type">Their type.</param>
    /// <exception cref="InvalidDataException">A code is no entry.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> codes, ReadOnlySpan<byte> entries, ElementType type)
    {
        int size = type.Bytes();
        var stored = new byte[codes.Length * size];
        for (int i = 0; i < codes.Length; i++)
        {
            if ((codes[i] + 1) * size > entries.Length)
                throw new InvalidDataException($"code {i} is {codes[i]}, but the codebook has {entries.Length / size} entries.");
            entries.Slice(codes[i] * size, size).CopyTo(stored.AsSpan(i * size));
        }

        return stored;
    }

    /// <summary>
    /// How codes are packed for standard operators: bytes where the bits divide eight (4-bit codes two a byte), else digits of 64-bit words
    /// in tensors of up to 2²⁰ weights and of 32-bit words in larger ones.
    /// </summary>
    public static DigitWords Words(int bits, long length) => 8 % bits == 0
        ? new(1, 8 / bits, 1 << bits)
        : DigitWords.Of(bits, length <= 1 << 20 ? 8 : 4) with { Base = 1 << bits };

    private double Entry(int index) => StoredValue.Read(Entries.Span[(index * Type.Bytes())..], Type);
}
