using System.Numerics;

namespace PruneSharp;

/// <summary>The key of a given rank, by narrowing histograms: no sort, linear time.</summary>
internal static class OrderStatistic
{
    private const int BucketBits = 11;

    /// <summary>The <paramref name="rank"/>-th smallest key, 0-based. The span's order is destroyed.</summary>
    public static TKey Find<TKey>(Span<TKey> keys, long rank)
        where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
    {
        Span<int> counts = stackalloc int[1 << BucketBits];
        while (true)
        {
            var buckets = Buckets<TKey>.Over(keys, counts);
            if (buckets.Low == buckets.High)
                return buckets.Low;
            int bucket = buckets.OfRank(ref rank);
            keys = keys[..buckets.Pack(keys, bucket, bucket)];
        }
    }
}
