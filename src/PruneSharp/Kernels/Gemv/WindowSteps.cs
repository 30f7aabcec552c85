namespace PruneSharp.Kernels;

/// <summary>
/// The steps of a group of up to eight rows: each step has eight columns from the first that some row has left, and takes from every
/// row its next non-zero if that is among them. No other steps would be fewer.
/// </summary>
internal sealed class WindowSteps
{
    /// <summary>Columns of a window, and the most rows of a group.</summary>
    public const int Width = 8;

    private const int Line = 16;
    private readonly SparseRows _rows;
    private readonly int[] _group;
    private readonly int[] _next;

    /// <summary>Stands before the first step.</summary>
    public WindowSteps(SparseRows rows, ReadOnlySpan<int> group)
    {
        _rows = rows;
        _group = group.ToArray();
        _next = new int[group.Length];
    }

    /// <summary>
    /// Where the window begins: at or before the first column it needs, never before the last window, never so late that it would end after
    /// the last column. Loads cost less that are aligned, or at least within a cache line, so such a start is taken where there is one.
    /// </summary>
    public int Start { get; private set; }

    /// <summary>For each row, the position of the non-zero that the step takes, or -1.</summary>
    public int[] Taken { get; } = new int[Width];

    /// <summary>Goes to the next step; false after the last.</summary>
    public bool Next()
    {
        int first = int.MaxValue, last = 0;
        for (int lane = 0; lane < _group.Length; lane++)
            if (_next[lane] < _rows.CountOf(_group[lane])) first = Math.Min(first, _rows.ColumnsOf(_group[lane])[_next[lane]]);
        if (first == int.MaxValue) return false;
        for (int lane = 0; lane < _group.Length; lane++)
        {
            Taken[lane] = -1;
            if (_next[lane] == _rows.CountOf(_group[lane])) continue;
            int column = _rows.ColumnsOf(_group[lane])[_next[lane]];
            if (column >= first + Width) continue;
            Taken[lane] = _next[lane]++;
            last = Math.Max(last, column);
        }
        Start = StartOf(Math.Max(Start, last - Width + 1), Math.Min(first, _rows.InCount - Width));
        return true;
    }

    private static int StartOf(int earliest, int latest)
    {
        int aligned = latest / Width * Width;
        if (aligned >= earliest) return aligned;
        return latest % Line <= Line - Width ? latest : Math.Max(earliest, latest / Line * Line + Line - Width);
    }

    /// <summary>How many steps a group takes.</summary>
    public static int Count(SparseRows rows, ReadOnlySpan<int> group)
    {
        var steps = new WindowSteps(rows, group);
        int count = 0;
        while (steps.Next()) count++;
        return count;
    }
}
