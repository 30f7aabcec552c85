using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PruneSharp.Kernels;

/// <content>
/// The vector loops. Lane = row. A block spreads one input to all lanes, <c>sum += x[c] * w</c>; four blocks at a time, each with its own
/// sums. A loop over groups around the loop over blocks: a call for each group would cost more than ten blocks.
/// </content>
internal sealed unsafe partial class BlockProduct<TColumns, TValues>
{
    /// <summary>Blocks of eight rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Vector8(float* x, float* y, int group, int groupEnd)
    {
        var finish = Sums;
        byte* columns = _columns + (long)_starts[group] * TColumns.Bytes;
        byte* values = _values + (long)_starts[group] * 8 * TValues.Bytes;
        for (; group < groupEnd; group++)
        {
            byte* columnsEnd = _columns + (long)_starts[group + 1] * TColumns.Bytes;
            Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (; columns < columnsEnd; columns += 4 * TColumns.Bytes, values += 32 * TValues.Bytes)
            {
                var four = TColumns.Load4(columns);
                s0 = Step8(x, TColumns.At(four, 0), values, s0);
                s1 = Step8(x, TColumns.At(four, 1), values + 8 * TValues.Bytes, s1);
                s2 = Step8(x, TColumns.At(four, 2), values + 16 * TValues.Bytes, s2);
                s3 = Step8(x, TColumns.At(four, 3), values + 24 * TValues.Bytes, s3);
            }
            finish.Finish(s0 + s1 + (s2 + s3), y, group * 8);
        }
    }

    /// <summary>
    /// Blocks of four rows, two side by side: lanes 0..3 are one block, 4..7 the next. One load brings the weights of both, which makes
    /// three loads for two blocks instead of four.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pairs4(float* x, float* y, int group, int groupEnd)
    {
        var finish = Sums;
        byte* columns = _columns + (long)_starts[group] * TColumns.Bytes;
        byte* values = _values + (long)_starts[group] * 4 * TValues.Bytes;
        for (; group < groupEnd; group++)
        {
            byte* columnsEnd = _columns + (long)_starts[group + 1] * TColumns.Bytes;
            Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (; columnsEnd - columns >= 8 * TColumns.Bytes; columns += 8 * TColumns.Bytes, values += 32 * TValues.Bytes)
            {
                ColumnQuad four = TColumns.Load4(columns), next = TColumns.Load4(columns + 4 * TColumns.Bytes);
                s0 = StepPair(x, TColumns.At(four, 0), TColumns.At(four, 1), values, s0);
                s1 = StepPair(x, TColumns.At(four, 2), TColumns.At(four, 3), values + 8 * TValues.Bytes, s1);
                s2 = StepPair(x, TColumns.At(next, 0), TColumns.At(next, 1), values + 16 * TValues.Bytes, s2);
                s3 = StepPair(x, TColumns.At(next, 2), TColumns.At(next, 3), values + 24 * TValues.Bytes, s3);
            }
            if (columns < columnsEnd)
            {
                var four = TColumns.Load4(columns);
                s0 = StepPair(x, TColumns.At(four, 0), TColumns.At(four, 1), values, s0);
                s1 = StepPair(x, TColumns.At(four, 2), TColumns.At(four, 3), values + 8 * TValues.Bytes, s1);
                columns += 4 * TColumns.Bytes;
                values += 16 * TValues.Bytes;
            }
            s0 = s0 + s1 + (s2 + s3);
            finish.Finish(s0.GetLower() + s0.GetUpper(), y, group * 4);
        }
    }

    /// <summary>Blocks of any height, four of their rows after the other: for 128-bit vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Vector4(float* x, float* y, int group, int groupEnd)
    {
        var finish = Sums;
        int blockBytes = LaneCount * TValues.Bytes;
        for (; group < groupEnd; group++)
            for (int lane = 0; lane < LaneCount; lane += 4)
            {
                byte* values = _values + (long)_starts[group] * blockBytes + lane * TValues.Bytes;
                byte* columns = _columns + (long)_starts[group] * TColumns.Bytes;
                byte* end = _columns + (long)_starts[group + 1] * TColumns.Bytes;
                Vector128<float> s0 = default, s1 = default, s2 = default, s3 = default;
                for (; columns < end; columns += 4 * TColumns.Bytes, values += 4 * blockBytes)
                {
                    var four = TColumns.Load4(columns);
                    s0 = Step4(x, TColumns.At(four, 0), values, s0);
                    s1 = Step4(x, TColumns.At(four, 1), values + blockBytes, s1);
                    s2 = Step4(x, TColumns.At(four, 2), values + 2 * blockBytes, s2);
                    s3 = Step4(x, TColumns.At(four, 3), values + 3 * blockBytes, s3);
                }
                finish.Finish(s0 + s1 + (s2 + s3), y, group * LaneCount + lane);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Step8(float* x, nuint column, byte* values, Vector256<float> sums) =>
        Vector256.MultiplyAddEstimate(Vector256.Create(x[column]), TValues.Load8(values), sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> StepPair(float* x, nuint first, nuint second, byte* values, Vector256<float> sums)
    {
        var inputs = Avx.Blend(Vector256.Create(x[first]), Vector256.Create(x[second]), 0b1111_0000);
        return Vector256.MultiplyAddEstimate(inputs, TValues.Load8(values), sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Step4(float* x, nuint column, byte* values, Vector128<float> sums) =>
        Vector128.MultiplyAddEstimate(Vector128.Create(x[column]), TValues.Load4(values), sums);
}
