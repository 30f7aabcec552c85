using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PruneSharp.Kernels;

/// <summary>
/// Blocks of R x 1 weights, R = 4 or 8: R consecutive rows that keep the same columns.
/// <code>
/// columns  c | c | c | c | ..                        one a block
/// values   w0 .. w(R-1) | w0 .. w(R-1) | ..          lane = row of the group
/// </code>
/// A group's blocks are filled up to a multiple of four with zeros at column 0, so there is no remainder.
/// </summary>
internal sealed unsafe partial class BlockProduct<TColumns, TValues> : LaneProduct<TValues>
    where TColumns : struct, IStoredColumns where TValues : struct, IStoredValues
{
    private const int Unroll = 4;
    private readonly int* _starts;
    private readonly byte* _columns;
    private readonly byte* _values;

    /// <summary>Packs.</summary>
    /// <param name="rows">The weights.</param>
    /// <param name="bias">What is added to each output, or empty.</param>
    /// <param name="height">Rows of a block, 4 or 8.</param>
    public BlockProduct(SparseRows rows, ReadOnlySpan<float> bias, int height)
        : base(rows, bias, rows.InOrder(), height, $"{height}x1 blocks")
    {
        _starts = Allocate<int>(GroupCount + 1);
        for (int group = 0; group < GroupCount; group++)
            _starts[group + 1] = checked(_starts[group] + RoundUp(rows.SharedColumns(RowsOf(group)).Length));
        _columns = Allocate<byte>((long)_starts[GroupCount] * TColumns.Bytes);
        _values = Allocate<byte>((long)_starts[GroupCount] * height * TValues.Bytes);
        for (int group = 0; group < GroupCount; group++) Store(rows, group);
        CutParts(new ReadOnlySpan<int>(_starts, GroupCount + 1));
    }

    /// <inheritdoc/>
    protected override void Invoke(float* x, float* y, int group, int groupEnd)
    {
        if (Avx2.IsSupported && LaneCount == 8) Vector8(x, y, group, groupEnd);
        else if (Avx2.IsSupported) Pairs4(x, y, group, groupEnd);
        else if (Vector128.IsHardwareAccelerated) Vector4(x, y, group, groupEnd);
        else Scalar(x, y, group, groupEnd);
    }

    /// <inheritdoc/>
    protected override void Scalar(float* x, float* y, int group, int groupEnd)
    {
        float* sums = stackalloc float[LaneCount];
        for (; group < groupEnd; group++)
        {
            new Span<float>(sums, LaneCount).Clear();
            for (int block = _starts[group]; block < _starts[group + 1]; block++)
                for (int lane = 0; lane < LaneCount; lane++)
                    sums[lane] += TValues.Load(_values + ((long)block * LaneCount + lane) * TValues.Bytes)
                        * x[TColumns.Load(_columns + (long)block * TColumns.Bytes)];
            Sums.Finish(sums, y, group * LaneCount, LaneCount);
        }
    }

    private static int RoundUp(int blockCount) => (blockCount + Unroll - 1) / Unroll * Unroll;

    private void Store(SparseRows rows, int group)
    {
        var shared = rows.SharedColumns(RowsOf(group));
        for (int i = 0; i < shared.Length; i++) TColumns.Store(shared[i], _columns + (long)(_starts[group] + i) * TColumns.Bytes);
        for (int lane = 0; lane < RowsOf(group).Length; lane++)
        {
            int row = RowsOf(group)[lane];
            for (int i = 0; i < rows.CountOf(row); i++)
            {
                long block = _starts[group] + shared.BinarySearch(rows.ColumnsOf(row)[i]);
                StoreValue(rows.ValuesOf(row)[i], group, lane, _values + (block * LaneCount + lane) * TValues.Bytes);
            }
        }
    }
}
