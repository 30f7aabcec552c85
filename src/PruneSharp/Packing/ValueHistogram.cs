using System.Runtime.InteropServices;

namespace PruneSharp;

/// <summary>
/// The survivors' values as sorted weighted points: each distinct value where there are at most 256 of them, each in float32 where there are at most
/// 65,536 survivors, else the means of buckets of 1/2048 relative width.
/// </summary>
internal sealed class ValueHistogram
{
    private const int MostExact = 1 << 16, MostDistinct = 1 << 8;
    private const int DroppedBits = 12;

    private readonly List<float>? _all;
    private readonly long[]? _counts;
    private readonly double[]? _sums;
    private SortedDictionary<double, long>? _few = [];

    /// <summary>Prepares for a number of survivors.</summary>
    public ValueHistogram(long survivors)
    {
        if (survivors <= MostExact)
        {
            _all = new((int)survivors);
        }
        else
        {
            _counts = new long[1 << (32 - DroppedBits)];
            _sums = new double[_counts.Length];
        }
    }

    /// <summary>Largest magnitude seen; infinity or NaN where a value is.</summary>
    public double Largest { get; private set; }

    /// <summary>Adds stored values.</summary>
    public void Add(ReadOnlySpan<byte> stored, ElementType type)
    {
        int size = type.Bytes();
        for (int at = 0; at < stored.Length; at += size)
        {
            double exact = StoredValue.Read(stored[at..], type);
            float value = (float)exact;
            Largest = double.IsNaN(Largest) ? Largest : Math.Max(Largest, Math.Abs(value));
            if (_few is not null)
                _few = AddTo(_few, exact);
            if (_all is not null)
            {
                _all.Add(value);
                continue;
            }

            // Flipping makes the order of bits the order of values.
            uint bits = BitConverter.SingleToUInt32Bits(value);
            uint bucket = ((bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000) >> DroppedBits;
            _counts![bucket]++;
            _sums![bucket] += value;
        }
    }

    /// <summary>The points by ascending value.</summary>
    public List<WeightedValue> Points()
    {
        if (_few is not null)
            return [.. _few.Select(value => new WeightedValue(value.Key, value.Value))];
        var points = new List<WeightedValue>();
        if (_all is null)
        {
            for (int i = 0; i < _counts!.Length; i++)
                if (_counts[i] > 0)
                    points.Add(new(_sums![i] / _counts[i], _counts[i]));
            return points;
        }

        _all.Sort();
        var values = CollectionsMarshal.AsSpan(_all);
        for (int i = 0, end; i < values.Length; i = end)
        {
            end = i + 1;
            while (end < values.Length && values[end].Equals(values[i]))
                end++;
            points.Add(new(values[i], end - i));
        }

        return points;
    }

    private static SortedDictionary<double, long>? AddTo(SortedDictionary<double, long> few, double value)
    {
        few[value] = few.GetValueOrDefault(value) + 1;
        return few.Count <= MostDistinct ? few : null;
    }
}
