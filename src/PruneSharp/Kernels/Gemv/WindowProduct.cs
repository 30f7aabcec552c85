using System.Runtime.Intrinsics.X86;

namespace PruneSharp.Kernels;

/// <summary>
/// Eight rows a group, lane = row. A step loads eight consecutive inputs, gives each lane the one it needs (one permutation) and
/// multiplies by eight weights; see <see cref="WindowSteps"/> for how steps are chosen. A lane that takes no part has weight 0.
/// <code>
/// indices  eight 32-bit words for eight steps: word l, bits 3s .. 3s+2 = where in the window of step s lane l finds its input;
///          word s, bits 24 .. 31 = how many columns step s's window begins after that of the step before
/// values   w0 .. w7 | w0 .. w7 | ..                 one weight a lane, step after step
/// </code>
/// A shift by 3s thus brings the indices of all lanes into place, as the permutation looks at the low three bits only.
/// Windows further than 255 columns apart have steps of zeros between them. A group has a multiple of four steps, filled up with
/// zeros; where that is not a multiple of eight, its last words are used by four steps only.
/// </summary>
internal sealed unsafe class WindowProduct<TValues> : LaneProduct<TValues> where TValues : struct, IStoredValues
{
    private const int Lanes = WindowSteps.Width, MaxAdvance = byte.MaxValue, Half = WindowLayout.Half, Full = WindowLayout.Full;
    private const int IndexBits = WindowLayout.IndexBits, AdvanceShift = WindowLayout.AdvanceShift;
    private readonly int* _starts;
    private readonly int[] _blockStarts;
    private readonly uint* _indices;
    private readonly byte* _values;

    /// <summary>Packs.</summary>
    public WindowProduct(SparseRows rows, ReadOnlySpan<float> bias) : base(rows, bias, WindowGrouping.Of(rows), Lanes, "window")
    {
        _starts = Allocate<int>(GroupCount + 1);
        for (int group = 0; group < GroupCount; group++)
            _starts[group + 1] = checked(_starts[group] + PaddedSteps(rows, group));
        _blockStarts = new int[GroupCount + 1];
        for (int group = 0; group < GroupCount; group++)
            _blockStarts[group + 1] = _blockStarts[group] + (_starts[group + 1] - _starts[group] + Full - 1) / Full;
        _indices = Allocate<uint>((long)_blockStarts[GroupCount] * Lanes);
        _values = Allocate<byte>((long)_starts[GroupCount] * Lanes * TValues.Bytes);
        for (int group = 0; group < GroupCount; group++) Store(rows, group);
        CutParts(new ReadOnlySpan<int>(_starts, GroupCount + 1));
    }

    /// <summary>Whether this machine has what the kernel needs.</summary>
    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    /// <inheritdoc/>
    protected override void Invoke(float* x, float* y, int group, int groupEnd)
    {
        if (IsSupported) Vector(x, y, group, groupEnd);
        else Scalar(x, y, group, groupEnd);
    }

    /// <inheritdoc/>
    protected override void Scalar(float* x, float* y, int group, int groupEnd)
    {
        float* sums = stackalloc float[Lanes];
        for (; group < groupEnd; group++)
        {
            uint* indices = IndicesOf(group);
            new Span<float>(sums, Lanes).Clear();
            float* window = x;
            for (int step = 0; step < _starts[group + 1] - _starts[group]; step++)
            {
                uint* words = indices + step / Full * Lanes;
                window += words[step % Full] >> AdvanceShift;
                for (int lane = 0; lane < Lanes; lane++)
                    sums[lane] += TValues.Load(ValueAt(_starts[group] + step, lane))
                        * window[(words[lane] >> (IndexBits * (step % Full))) & (Lanes - 1)];
            }
            Sums.Finish(sums, y, group * Lanes, Lanes);
        }
    }

    private void Vector(float* x, float* y, int group, int groupEnd)
    {
        float* sums = stackalloc float[Lanes];
        for (; group < groupEnd; group++)
        {
            int steps = _starts[group + 1] - _starts[group];
            WindowSums<TValues>.Vector(x, IndicesOf(group), ValueAt(_starts[group], 0), steps, sums);
            Sums.Finish8(sums, y, group * Lanes);
        }
    }

    private uint* IndicesOf(int group) => _indices + (long)_blockStarts[group] * Lanes;

    private byte* ValueAt(int step, int lane) => _values + ((long)step * Lanes + lane) * TValues.Bytes;

    private int PaddedSteps(SparseRows rows, int group)
    {
        var steps = new WindowSteps(rows, RowsOf(group));
        int count = 0;
        for (int before = 0; steps.Next(); before = steps.Start) count += 1 + ZeroSteps(steps.Start - before);
        return (count + Half - 1) / Half * Half;
    }

    private static int ZeroSteps(int advance) => advance == 0 ? 0 : (advance - 1) / MaxAdvance;

    private void Store(SparseRows rows, int group)
    {
        uint* indices = IndicesOf(group);
        var steps = new WindowSteps(rows, RowsOf(group));
        int step = 0;
        for (int before = 0; steps.Next(); before = steps.Start, step++)
        {
            int advance = steps.Start - before;
            for (; advance > MaxAdvance; advance -= MaxAdvance, step++) indices[AdvanceAt(step)] |= (uint)MaxAdvance << AdvanceShift;
            indices[AdvanceAt(step)] |= (uint)advance << AdvanceShift;
            for (int lane = 0; lane < RowsOf(group).Length; lane++)
            {
                int row = RowsOf(group)[lane], taken = steps.Taken[lane];
                if (taken < 0) continue;
                indices[step / Full * Lanes + lane] |= (uint)(rows.ColumnsOf(row)[taken] - steps.Start) << (IndexBits * (step % Full));
                StoreValue(rows.ValuesOf(row)[taken], group, lane, ValueAt(_starts[group] + step, lane));
            }
        }
    }

    private static int AdvanceAt(int step) => step / Full * Lanes + step % Full;
}
