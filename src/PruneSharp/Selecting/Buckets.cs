using System.Numerics;
using System.Numerics.Tensors;

namespace PruneSharp;

/// <summary>A histogram of keys: equally wide buckets of 2^shift keys from the lowest key up.</summary>
internal readonly ref struct Buckets<TKey>
    where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
{
    private readonly Span<int> _counts;
    private readonly int _shift;

    private Buckets(TKey low, TKey high, Span<int> counts)
    {
        Low = low;
        High = high;
        _counts = counts;
        _shift = Math.Max(0, 64 - BitOperations.LeadingZeroCount(Distance(low, high)) - BitOperations.Log2((uint)counts.Length));
    }

    /// <summary>The lowest key.</summary>
    public TKey Low { get; }

    /// <summary>The highest key.</summary>
    public TKey High { get; }

    /// <summary>Counts the keys.</summary>
    /// <param name="keys">At least one key.</param>
    /// <param name="counts">Room for the counts; its length, a power of two, is the most buckets there can be.</param>
    public static Buckets<TKey> Over(ReadOnlySpan<TKey> keys, Span<int> counts)
    {
        TKey low = TensorPrimitives.Min(keys), high = TensorPrimitives.Max(keys);
        var buckets = new Buckets<TKey>(low, high, counts);
        counts.Clear();
        foreach (TKey key in keys)
            counts[buckets.Of(key)]++;
        return buckets;
    }

    /// <summary>The bucket of a key between <see cref="Low"/> and <see cref="High"/>.</summary>
    public int Of(TKey key) => (int)(Distance(Low, key) >> _shift);

    /// <summary>The highest key that falls into a bucket, or <see cref="High"/> where that is lower.</summary>
    public TKey LastKey(int bucket) =>
        bucket >= Of(High) ? High : Low + TKey.CreateTruncating((((ulong)bucket + 1) << _shift) - 1);

    /// <summary>The bucket that holds the <paramref name="rank"/>-th smallest key, 0-based.</summary>
    /// <param name="rank">Becomes the rank among the keys of that bucket.</param>
    public int OfRank(ref long rank)
    {
        int bucket = 0;
        for (; rank >= _counts[bucket]; bucket++)
            rank -= _counts[bucket];
        return bucket;
    }

    /// <summary>Moves the keys of a range of buckets to the front.</summary>
    /// <returns>How many they are.</returns>
    public int Pack(Span<TKey> keys, int firstBucket, int lastBucket)
    {
        int packed = 0;
        foreach (TKey key in keys)
        {
            keys[packed] = key;
            packed += (uint)(Of(key) - firstBucket) <= (uint)(lastBucket - firstBucket) ? 1 : 0;
        }

        return packed;
    }

    private static ulong Distance(TKey low, TKey high) =>
        unchecked(ulong.CreateTruncating(high) - ulong.CreateTruncating(low));
}
