using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PruneSharp;

/// <summary>Reads the keys of several tensors as blocks, and shares them out among threads as segments.</summary>
internal sealed class KeyReader<TKey>
    where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
{
    /// <summary>Keys in a block; a multiple of 64.</summary>
    public const int Block = 4096;

    /// <summary>Up to this many keys in all there is nothing to gain from a sample: every key is a candidate.</summary>
    public const int Small = 32768;

    private readonly int _threads;

    public KeyReader(IReadOnlyList<UnitScores> sources, int threads)
    {
        Sources = sources;
        Total = sources.Sum(s => s.Length);
        _threads = threads;
        long size = threads == 1 ? 1 << 30 : Math.Clamp(Total / (threads * 4L) / 64 * 64, 1 << 20, 1 << 30);
        var segments = new List<Segment<TKey>>();
        for (int source = 0; source < sources.Count; source++)
            for (long first = 0; first < sources[source].Length; first += Math.Min(size, sources[source].Length - first))
                segments.Add(new(source, first, Math.Min(size, sources[source].Length - first)));
        Segments = segments;
    }

    public static TKey Infinity => typeof(TKey) == typeof(int)
        ? TKey.CreateTruncating(ScoreKey.Infinity32)
        : TKey.CreateTruncating(ScoreKey.Infinity64);

    public IReadOnlyList<UnitScores> Sources { get; }

    public IReadOnlyList<Segment<TKey>> Segments { get; }

    public long Total { get; }

    public TKey Mask(int source) => typeof(TKey) == typeof(int)
        ? TKey.CreateTruncating(Sources[source].Mask32)
        : TKey.CreateTruncating(Sources[source].Mask64);

    /// <summary>Keys before masking.</summary>
    public ReadOnlySpan<TKey> Read(int source, long first, int count, Span<TKey> buffer)
    {
        if (typeof(TKey) == typeof(int))
            return Cast<int>(Sources[source].Keys32(first, count, MemoryMarshal.Cast<TKey, int>(buffer)));
        return Cast<long>(Sources[source].Keys64(first, count, MemoryMarshal.Cast<TKey, long>(buffer)));
    }

    public static IEnumerable<(long First, int Count)> Blocks(Segment<TKey> segment)
    {
        for (long done = 0; done < segment.Count; done += Block)
            yield return (segment.First + done, (int)Math.Min(Block, segment.Count - done));
    }

    /// <summary>Runs one action a segment, each with a buffer of its own.</summary>
    public void ForEachSegment(Action<int, TKey[]> action)
    {
        if (_threads == 1 || Segments.Count <= 1)
        {
            var buffer = new TKey[Block];
            for (int i = 0; i < Segments.Count; i++)
                action(i, buffer);
            return;
        }

        try
        {
            Parallel.For(
                0,
                Segments.Count,
                new ParallelOptions { MaxDegreeOfParallelism = _threads },
                () => new TKey[Block],
                (i, _, buffer) =>
                {
                    action(i, buffer);
                    return buffer;
                },
                _ => { });
        }
        catch (AggregateException failures)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures.Flatten().InnerExceptions[0]);
        }
    }

    /// <summary>The error for the first NaN in list order.</summary>
    public NaNScoreException FirstNaN()
    {
        var buffer = new TKey[Block];
        foreach (var segment in Segments)
            foreach (var (first, count) in Blocks(segment))
            {
                var keys = Read(segment.Source, first, count, buffer);
                for (int i = 0; i < count; i++)
                    if ((keys[i] & Mask(segment.Source)) > Infinity)
                        return new(Sources[segment.Source].Name, first + i);
            }

        throw new InvalidOperationException("The scores changed while they were read.");
    }

    private static ReadOnlySpan<TKey> Cast<T>(ReadOnlySpan<T> keys)
        where T : unmanaged =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, TKey>(ref MemoryMarshal.GetReference(keys)), keys.Length);
}
