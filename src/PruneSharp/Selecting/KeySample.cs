using System.Numerics;
using System.Numerics.Tensors;

namespace PruneSharp;

/// <summary>Guesses where the threshold lies from a few thousand keys.</summary>
internal static class KeySample
{
    private const int GroupSize = 64;
    private const int MostGroups = 1536;

    private const int BucketCount = 1 << 13;

    /// <summary>
    /// A bracket that holds the <paramref name="count"/>-th smallest key with near certainty. One group of neighbours is read in each of
    /// equally long runs, at a place that a fixed mix of the run's number gives, so the guess is the same every time and no period in the
    /// data hides from it. The bracket spans four standard errors of the sample's rank to either side, estimated from the spread between
    /// groups, since neighbours are often alike.
    /// </summary>
    /// <returns>The bracket, and the share of the keys that it should hold.</returns>
    public static (TKey Low, TKey High, double Share) Bracket<TKey>(KeyReader<TKey> reader, long count)
        where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
    {
        if (reader.Total <= KeyReader<TKey>.Small)
            return (TKey.MinValue, TKey.MaxValue, 1);
        int groups = (int)Math.Min(MostGroups, reader.Total / (16 * GroupSize));
        var sample = new TKey[groups * GroupSize];
        Read(reader, groups, sample);

        double rank = (double)count / reader.Total * sample.Length;
        var buckets = Buckets<TKey>.Over(sample, new int[BucketCount]);
        long middleRank = Math.Clamp((long)rank, 0, sample.Length - 1);
        double margin = 4 * StandardError(sample, buckets.LastKey(buckets.OfRank(ref middleRank))) + 2;
        double lowRank = Math.Floor(rank - margin), highRank = Math.Ceiling(rank + margin);

        // Both ends are ranks near each other: what lies between their buckets is all that has to be looked at again.
        long low = Math.Max(0, (long)lowRank), high = Math.Min(sample.Length - 1, (long)highRank), lowWithin = low;
        int lowBucket = buckets.OfRank(ref lowWithin);
        long highWithin = high;
        var near = sample.AsSpan(0, buckets.Pack(sample, lowBucket, buckets.OfRank(ref highWithin)));
        TKey[] copy = near.ToArray();
        return (
            lowRank < 0 ? TKey.MinValue : OrderStatistic.Find<TKey>(copy, lowWithin),
            highRank >= sample.Length ? TKey.MaxValue : OrderStatistic.Find(near, lowWithin + high - low),
            (high - low) / (double)sample.Length);
    }

    private static void Read<TKey>(KeyReader<TKey> reader, int groups, TKey[] sample)
        where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
    {
        var buffer = new TKey[GroupSize];
        double run = (double)reader.Total / groups;
        int source = 0;
        long skipped = 0;
        for (int group = 0; group < groups; group++)
        {
            double within = ((uint)group * 2654435769u >> 8) * (1.0 / (1 << 24));
            long at = (long)((group + within) * run) / GroupSize * GroupSize;
            for (; at - skipped >= reader.Sources[source].Length; source++)
                skipped += reader.Sources[source].Length;
            int here = (int)Math.Min(GroupSize, reader.Sources[source].Length - (at - skipped));
            var keys = reader.Read(source, at - skipped, here, buffer);
            var place = sample.AsSpan(group * GroupSize, GroupSize);
            TensorPrimitives.BitwiseAnd(keys, reader.Mask(source), place);
            for (int i = here; i < GroupSize; i++)
                place[i] = place[i % here]; // a group at a tensor's end repeats what there is
        }
    }

    // Of the number of sample keys up to `middle`, were the whole sample drawn again.
    private static double StandardError<TKey>(ReadOnlySpan<TKey> sample, TKey middle)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        int groups = sample.Length / GroupSize;
        long sum = 0, sumOfSquares = 0;
        for (int group = 0; group < groups; group++)
        {
            int below = 0;
            foreach (TKey key in sample.Slice(group * GroupSize, GroupSize))
                below += key <= middle ? 1 : 0;
            sum += below;
            sumOfSquares += below * below;
        }

        return Math.Sqrt(Math.Max(0, sumOfSquares - (double)sum * sum / groups));
    }
}
