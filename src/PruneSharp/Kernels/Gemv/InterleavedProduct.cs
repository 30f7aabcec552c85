using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PruneSharp.Kernels;

/// <summary>
/// Compressed rows, eight interleaved (sliced ELLPACK: Monakov, Lokhmotov and Avetisyan 2010), those with the most non-zeros first.
/// <code>
/// columns  c0 c1 .. c7 | c0 c1 .. c7 | ..   step after step, lane = row of the group
/// values   w0 w1 .. w7 | w0 w1 .. w7 | ..
/// </code>
/// A step adds <c>w * x[c]</c> in eight lanes; a row that has ended goes on with zeros at column 0. No remainder, and no sum across lanes.
/// </summary>
internal sealed unsafe class InterleavedProduct<TColumns, TValues> : LaneProduct<TValues>
    where TColumns : struct, IStoredColumns where TValues : struct, IStoredValues
{
    private const int Lanes = 8;
    private readonly int* _starts;
    private readonly byte* _columns;
    private readonly byte* _values;

    /// <summary>Packs.</summary>
    public InterleavedProduct(SparseRows rows, ReadOnlySpan<float> bias) : base(rows, bias, rows.ByCount(), Lanes, "interleaved rows")
    {
        _starts = Allocate<int>(GroupCount + 1);
        for (int group = 0; group < GroupCount; group++)
            _starts[group + 1] = checked(_starts[group] + rows.CountOf(RowsOf(group)[0]));
        _columns = Allocate<byte>((long)_starts[GroupCount] * Lanes * TColumns.Bytes);
        _values = Allocate<byte>((long)_starts[GroupCount] * Lanes * TValues.Bytes);
        for (int group = 0; group < GroupCount; group++)
            for (int lane = 0; lane < RowsOf(group).Length; lane++)
                Store(rows, group, lane);
        CutParts(new ReadOnlySpan<int>(_starts, GroupCount + 1));
    }

    /// <inheritdoc/>
    protected override void Invoke(float* x, float* y, int group, int groupEnd)
    {
        if (Vector128.IsHardwareAccelerated) Vector(x, y, group, groupEnd);
        else Scalar(x, y, group, groupEnd);
    }

    /// <inheritdoc/>
    protected override void Scalar(float* x, float* y, int group, int groupEnd)
    {
        float* sums = stackalloc float[Lanes];
        for (; group < groupEnd; group++)
        {
            new Span<float>(sums, Lanes).Clear();
            for (long at = (long)_starts[group] * Lanes; at < (long)_starts[group + 1] * Lanes; at++)
                sums[at % Lanes] += TValues.Load(_values + at * TValues.Bytes) * x[TColumns.Load(_columns + at * TColumns.Bytes)];
            Sums.Finish(sums, y, group * Lanes, Lanes);
        }
    }

    private void Vector(float* x, float* y, int group, int groupEnd)
    {
        float* sums = stackalloc float[Lanes];
        for (; group < groupEnd; group++)
        {
            long first = (long)_starts[group] * Lanes, end = (long)_starts[group + 1] * Lanes;
            SumGroup(x, _columns + first * TColumns.Bytes, _columns + end * TColumns.Bytes, _values + first * TValues.Bytes, sums);
            Sums.Finish8(sums, y, group * Lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumGroup(float* x, byte* columns, byte* columnsEnd, byte* values, float* sums)
    {
        Vector128<float> low = default, high = default;
        for (; columns < columnsEnd; columns += Lanes * TColumns.Bytes, values += Lanes * TValues.Bytes)
        {
            low = Vector128.MultiplyAddEstimate(Gather(x, columns), TValues.Load4(values), low);
            high = Vector128.MultiplyAddEstimate(Gather(x, columns + 4 * TColumns.Bytes), TValues.Load4(values + 4 * TValues.Bytes), high);
        }
        low.Store(sums);
        high.Store(sums + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Gather(float* x, byte* columns)
    {
        var four = TColumns.Load4(columns);
        return Vector128.Create(x[TColumns.At(four, 0)], x[TColumns.At(four, 1)], x[TColumns.At(four, 2)], x[TColumns.At(four, 3)]);
    }

    private void Store(SparseRows rows, int group, int lane)
    {
        int row = RowsOf(group)[lane];
        long at = (long)_starts[group] * Lanes + lane;
        for (int i = 0; i < rows.CountOf(row); i++, at += Lanes)
        {
            TColumns.Store(rows.ColumnsOf(row)[i], _columns + at * TColumns.Bytes);
            StoreValue(rows.ValuesOf(row)[i], group, lane, _values + at * TValues.Bytes);
        }
    }
}
