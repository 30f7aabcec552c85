using System.Numerics;

namespace PruneSharp;

/// <summary>
/// Exact selection over integer keys. A sample gives a bracket that holds the threshold with near certainty; one pass marks what lies
/// above, counts what lies below and stores the little in between, which alone is then ranked. Where the bracket misses or too much
/// lies in it (many equal scores), histograms find the threshold and one more pass applies it.
/// </summary>
internal sealed class KeySelection<TKey>
    where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
{
    // At most one key in so many is stored.
    private const int StoredShare = 8;

    private readonly KeyReader<TKey> _reader;
    private readonly ulong[][]? _words;

    public KeySelection(IReadOnlyList<UnitScores> scores, ulong[][]? words, int threads)
    {
        _reader = new(scores, threads);
        _words = words;
    }

    /// <summary>Marks the <paramref name="count"/> lowest units as pruned.</summary>
    /// <returns>Pruned units of each tensor.</returns>
    public long[] Prune(long count)
    {
        long total = _reader.Total;
        if (count == 0 || count == total)
            return Apply(count == 0 ? TKey.MinValue : TKey.MaxValue, count)!;
        var (low, high, share) = KeySample.Bracket(_reader, count);

        // A bracket over much of the keys (rows of very different size, say) is no help: it would store too many of them.
        if (low != high && share > 1.0 / StoredShare && total > KeyReader<TKey>.Small)
            return Apply(KeyHistogram.Threshold(_reader, count), count)!;
        if (low == high)
            return Apply(low, count) ?? Apply(KeyHistogram.Threshold(_reader, count), count)!;
        return Narrow(low, high, share, count) ?? Apply(KeyHistogram.Threshold(_reader, count), count)!;
    }

    // The common case. Null: the threshold is not in the bracket, or too many keys are.
    private long[]? Narrow(TKey low, TKey high, double share, long count)
    {
        Scan(low, high, share);
        long above = _reader.Segments.Sum(s => s.KeptCount), inside = _reader.Segments.Sum(s => s.InsideCount);
        long fromInside = count - (_reader.Total - above - inside);
        if (_reader.Segments.Any(s => s.Overflowed) || fromInside < 0 || fromInside > inside)
            return null;

        TKey threshold = TKey.MinValue;
        if (fromInside > 0)
        {
            var keys = new TKey[inside];
            int filled = 0;
            foreach (var segment in _reader.Segments)
            {
                segment.CandidateKeys.CopyTo(keys.AsSpan(filled));
                filled += segment.CandidateKeys.Length;
            }

            threshold = OrderStatistic.Find<TKey>(keys, fromInside - 1);
        }

        var below = new long[_reader.Segments.Count];
        var equal = new long[_reader.Segments.Count];
        _reader.ForEachSegment((i, _) => (below[i], equal[i]) = Rank(_reader.Segments[i].CandidateKeys, threshold));
        long toPrune = Math.Max(0, fromInside - below.Sum());
        ShareOut(toPrune, equal);
        _reader.ForEachSegment((i, _) => Decide(_reader.Segments[i], threshold, equal[i]));
        return PrunedCounts();
    }

    private static (long Below, long Equal) Rank(ReadOnlySpan<TKey> keys, TKey threshold)
    {
        long below = 0, equal = 0;
        foreach (TKey key in keys)
        {
            below += key < threshold ? 1 : 0;
            equal += key == threshold ? 1 : 0;
        }

        return (below, equal);
    }

    // Turns the number of keys equal to the threshold in each segment into how many of them go: the first ones in list order.
    private static void ShareOut(long toPrune, long[] equal)
    {
        for (int i = 0; i < equal.Length; i++)
        {
            equal[i] = Math.Min(toPrune, equal[i]);
            toPrune -= equal[i];
        }
    }

    // Keeps the candidates over the threshold, and those equal to it once `equal` of them are pruned.
    private void Decide(Segment<TKey> segment, TKey threshold, long equal)
    {
        var keys = segment.CandidateKeys;
        var indices = segment.CandidateIndices;
        var words = _words is null ? [] : _words[segment.Source].AsSpan((int)(segment.First >> 6));
        long kept = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            ulong keep = keys[i] > threshold ? 1UL : 0;
            if (keys[i] == threshold && equal-- <= 0)
                keep = 1;
            kept += (long)keep;
            if (words.Length > 0)
                words[indices[i] >> 6] |= keep << indices[i];
        }

        segment.KeptCount += kept;
    }

    // The threshold is known, or guessed: null where it turns out not to be the count-th key.
    private long[]? Apply(TKey threshold, long count)
    {
        Scan(threshold, threshold, null);
        long above = _reader.Segments.Sum(s => s.KeptCount), equal = _reader.Segments.Sum(s => s.InsideCount);
        long toPrune = count - (_reader.Total - above - equal);
        if (toPrune < 0 || toPrune > equal)
            return null;
        long[] pruneHere = [.. _reader.Segments.Select(s => s.InsideCount)];
        ShareOut(toPrune, pruneHere);
        _reader.ForEachSegment((i, buffer) => KeepEqual(_reader.Segments[i], threshold, pruneHere[i], buffer));
        return PrunedCounts();
    }

    // Of the keys equal to the threshold the first `prune` of the segment go, the others stay.
    private void KeepEqual(Segment<TKey> segment, TKey threshold, long prune, TKey[] buffer)
    {
        segment.KeptCount += segment.InsideCount - prune;
        if (_words is null || prune == segment.InsideCount)
            return;
        Span<ulong> above = stackalloc ulong[KeyReader<TKey>.Block / 64], equal = stackalloc ulong[KeyReader<TKey>.Block / 64];
        foreach (var (first, count) in KeyReader<TKey>.Blocks(segment))
        {
            KeyCompare.Invoke(_reader.Read(segment.Source, first, count, buffer), _reader.Mask(segment.Source), threshold, threshold, above, equal);
            for (int word = 0; word < (count + 63) / 64; word++)
            {
                ulong bits = equal[word];
                for (; bits != 0 && prune > 0; prune--)
                    bits &= bits - 1;
                _words[segment.Source][(first >> 6) + word] |= bits;
            }
        }
    }

    // Stores the candidates where their share is given, and only counts them otherwise.
    private void Scan(TKey low, TKey high, double? candidateShare) => _reader.ForEachSegment((i, buffer) =>
    {
        var segment = _reader.Segments[i];
        segment.Reset(candidateShare is null ? 0 : (long)(segment.Count * candidateShare.Value * 1.2) + KeyReader<TKey>.Block);
        long limit = _reader.Total <= KeyReader<TKey>.Small ? segment.Count : segment.Count / StoredShare + 1024;
        Span<ulong> above = stackalloc ulong[KeyReader<TKey>.Block / 64], inside = stackalloc ulong[KeyReader<TKey>.Block / 64];
        TKey mask = _reader.Mask(segment.Source);
        foreach (var (first, count) in KeyReader<TKey>.Blocks(segment))
        {
            var keys = _reader.Read(segment.Source, first, count, buffer);
            if (KeyCompare.Invoke(keys, mask, low, high, above, inside) > KeyReader<TKey>.Infinity)
                throw _reader.FirstNaN();
            int words = (count + 63) / 64;
            if (_words is not null)
                above[..words].CopyTo(_words[segment.Source].AsSpan((int)(first >> 6)));
            segment.KeptCount += BitCount(above[..words]);
            if (candidateShare is not null)
                segment.Add(keys, mask, first, inside[..words], limit);
            else
                segment.InsideCount += BitCount(inside[..words]);
            if (segment.Overflowed)
                return;
        }
    });

    private static long BitCount(ReadOnlySpan<ulong> words)
    {
        long bits = 0;
        foreach (ulong word in words)
            bits += BitOperations.PopCount(word);
        return bits;
    }

    private long[] PrunedCounts()
    {
        var pruned = new long[_reader.Sources.Count];
        foreach (var segment in _reader.Segments)
            pruned[segment.Source] += segment.Count - segment.KeptCount;
        return pruned;
    }
}
