namespace PruneSharp.Kernels;

/// <summary>The windows that the rows of a group need so far, each with the first and last column that was put in it.</summary>
internal sealed class WindowSketch
{
    private List<(int First, int Last)> _windows = [];
    private List<(int First, int Last)> _merged = [];

    /// <summary>Forgets all windows.</summary>
    public void Clear() => _windows.Clear();

    /// <summary>How many non-zeros of a row fit no window, each window holding one of them; counts no further than a limit.</summary>
    public int MissesOf(ReadOnlySpan<int> columns, int limit)
    {
        int misses = 0, next = 0;
        foreach (int column in columns)
        {
            while (next < _windows.Count && column - _windows[next].First >= WindowSteps.Width) next++;
            if (next < _windows.Count && _windows[next].Last - column < WindowSteps.Width) next++;
            else if (++misses >= limit) return limit;
        }
        return misses;
    }

    /// <summary>Puts the non-zeros of a row in windows, and makes new ones for those that fit none.</summary>
    public void Add(ReadOnlySpan<int> columns)
    {
        _merged.Clear();
        int next = 0;
        foreach (int column in columns)
        {
            while (next < _windows.Count && column - _windows[next].First >= WindowSteps.Width) _merged.Add(_windows[next++]);
            if (next < _windows.Count && _windows[next].Last - column < WindowSteps.Width)
            {
                _merged.Add((Math.Min(column, _windows[next].First), Math.Max(column, _windows[next].Last)));
                next++;
            }
            else _merged.Add((column, column));
        }
        while (next < _windows.Count) _merged.Add(_windows[next++]);
        (_windows, _merged) = (_merged, _windows);
    }
}
