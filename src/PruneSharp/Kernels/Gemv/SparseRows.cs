using System.Runtime.InteropServices;

namespace PruneSharp.Kernels;

/// <summary>The non-zeros of a weight matrix <c>[out, in]</c>, row by row, columns ascending: what every format is packed from.</summary>
internal sealed class SparseRows
{
    private readonly int[] _starts;
    private readonly int[] _columns;
    private readonly float[] _values;

    /// <summary>Collects the non-zeros; both zeros count as pruned, NaN does not.</summary>
    public SparseRows(ReadOnlySpan<float> weights, int outCount, int inCount)
    {
        OutCount = outCount;
        InCount = inCount;
        _starts = new int[outCount + 1];
        int count = 0;
        foreach (float w in weights)
            if (w != 0) count++;
        _columns = new int[count];
        _values = new float[count];
        int next = 0;
        for (int row = 0; row < outCount; row++)
        {
            var line = weights.Slice(checked(row * inCount), inCount);
            for (int column = 0; column < line.Length; column++)
                if (line[column] != 0) (_columns[next], _values[next++]) = (column, line[column]);
            _starts[row + 1] = next;
        }
    }

    /// <summary>Rows of the matrix.</summary>
    public int OutCount { get; }

    /// <summary>Columns of the matrix.</summary>
    public int InCount { get; }

    /// <summary>Non-zeros of the matrix.</summary>
    public int Count => _columns.Length;

    /// <summary>Non-zeros of a row.</summary>
    public int CountOf(int row) => _starts[row + 1] - _starts[row];

    /// <summary>The columns of a row's non-zeros, ascending.</summary>
    public ReadOnlySpan<int> ColumnsOf(int row) => _columns.AsSpan(_starts[row], CountOf(row));

    /// <summary>A row's non-zeros, in the order of their columns.</summary>
    public ReadOnlySpan<float> ValuesOf(int row) => _values.AsSpan(_starts[row], CountOf(row));

    /// <summary>The largest magnitude in a row: 0 without non-zeros, NaN with one.</summary>
    public float LargestOf(int row)
    {
        float largest = 0;
        foreach (float w in ValuesOf(row)) largest = MathF.Max(largest, MathF.Abs(w));
        return largest;
    }

    /// <summary>The columns that at least one of some rows keeps, ascending.</summary>
    public ReadOnlySpan<int> SharedColumns(ReadOnlySpan<int> rows)
    {
        var all = new List<int>();
        foreach (int row in rows) all.AddRange(ColumnsOf(row));
        all.Sort();
        int count = 0;
        for (int i = 0; i < all.Count; i++)
            if (i == 0 || all[i] != all[i - 1]) all[count++] = all[i];
        return CollectionsMarshal.AsSpan(all)[..count];
    }

    /// <summary>All rows, as they are.</summary>
    public int[] InOrder()
    {
        var order = new int[OutCount];
        for (int row = 0; row < order.Length; row++) order[row] = row;
        return order;
    }

    /// <summary>All rows, those with the most non-zeros first, equal ones in order.</summary>
    public int[] ByCount()
    {
        var order = InOrder();
        var keys = Array.ConvertAll(order, row => ((long)(int.MaxValue - CountOf(row)) << 32) | (uint)row);
        Array.Sort(keys, order);
        return order;
    }
}
