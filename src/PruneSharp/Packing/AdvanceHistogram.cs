namespace PruneSharp;

/// <summary>How far apart survivors are: enough to know the exact size of every gap encoding without trying it.</summary>
public sealed class AdvanceHistogram
{
    private const int MostCounted = 1024;

    private long[] _counts = [];
    private readonly List<int> _longer = [];

    /// <summary>Survivors counted.</summary>
    public long Survivors { get; private set; }

    /// <summary>Adds the survivors of one chunk: the first one's index, then each one's distance from the one before.</summary>
    public void Add(ReadOnlySpan<int> positions)
    {
        Survivors += positions.Length;
        int before = 0;
        foreach (int position in positions)
        {
            int advance = position - before;
            if (advance >= MostCounted)
                _longer.Add(advance);
            else if (advance < _counts.Length)
                _counts[advance]++;
            else
                Count(advance);
            before = position;
        }
    }

    /// <summary>How often an advance must be split when at most <paramref name="step"/> − 1 fits a digit and an escape stands for <paramref name="step"/>.</summary>
    public long Escapes(int step)
    {
        long escapes = 0;
        for (int advance = step; advance < _counts.Length; advance++)
            escapes += _counts[advance] * (advance / step);
        foreach (int advance in _longer)
            escapes += advance / step;
        return escapes;
    }

    // Small tensors are many, so that the table grows with what is counted.
    private void Count(int advance)
    {
        Array.Resize(ref _counts, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)advance + 1));
        _counts[advance]++;
    }
}
