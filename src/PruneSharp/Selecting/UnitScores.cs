namespace PruneSharp;

/// <summary>
/// The scores of one tensor's units (weights, blocks or channels), read in pieces: what <see cref="Selection"/> ranks. Nothing is
/// computed before it is asked for. Safe to read from several threads at once.
/// </summary>
public abstract class UnitScores
{
    private protected UnitScores(string name, long length)
    {
        Name = name;
        Length = length;
    }

    /// <summary>Name of the tensor, for errors.</summary>
    public string Name { get; }

    /// <summary>Number of units.</summary>
    public long Length { get; }

    /// <summary>True where 32-bit keys cannot hold the scores.</summary>
    internal abstract bool NeedsWideKeys { get; }

    /// <summary>Scores |w|. Reads the stored bits in place for float32 and float64 in memory.</summary>
    public static UnitScores OfMagnitudes(string name, WeightData weights) => new MagnitudeScores(name, weights);

    /// <summary>Given scores, signed; the array is not copied.</summary>
    public static UnitScores Of(string name, ReadOnlyMemory<double> scores) => new GivenScores(name, scores);

    /// <summary>Copies the scores of consecutive units.</summary>
    /// <param name="first">0-based index of the first unit.</param>
    /// <param name="scores">Receives the scores.</param>
    public void CopyTo(long first, Span<double> scores)
    {
        const int Chunk = 1024;
        Span<long> scratch = stackalloc long[Chunk];
        for (int done = 0; done < scores.Length; done += Chunk)
        {
            int count = Math.Min(Chunk, scores.Length - done);
            var keys = Keys64(first + done, count, scratch);
            for (int i = 0; i < count; i++)
                scores[done + i] = ScoreKey.ToScore(keys[i] & Mask64);
        }
    }

    /// <summary>What a 32-bit key is combined with (and) before it is compared.</summary>
    internal virtual int Mask32 => -1;

    /// <summary>What a 64-bit key is combined with (and) before it is compared.</summary>
    internal virtual long Mask64 => -1;

    /// <summary>32-bit keys of consecutive units: a view of memory or <paramref name="buffer"/> filled.</summary>
    internal abstract ReadOnlySpan<int> Keys32(long first, int count, Span<int> buffer);

    /// <summary>64-bit keys of consecutive units: a view of memory or <paramref name="buffer"/> filled.</summary>
    internal abstract ReadOnlySpan<long> Keys64(long first, int count, Span<long> buffer);
}
