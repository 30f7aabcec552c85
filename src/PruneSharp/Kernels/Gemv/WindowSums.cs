using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PruneSharp.Kernels;

/// <summary>
/// The inner loop of <see cref="WindowProduct{TValues}"/>: the sums of one group's eight rows, lane = row. A step is one permutation of
/// eight inputs, one multiplication, and one shift to bring the lanes' next indices into place. Needs AVX2 and FMA.
/// </summary>
internal static unsafe class WindowSums<TValues> where TValues : struct, IStoredValues
{
    /// <summary>Sums a group.</summary>
    /// <param name="window">The first input.</param>
    /// <param name="indices">The group's first words.</param>
    /// <param name="values">Its first weight.</param>
    /// <param name="steps">Its steps, a multiple of four.</param>
    /// <param name="sums">Where the eight sums go.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Vector(float* window, uint* indices, byte* values, int steps, float* sums)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (; steps >= WindowLayout.Full; steps -= WindowLayout.Full)
        {
            var index = Vector256.Load(indices).AsInt32();
            byte* advance = (byte*)indices + WindowLayout.AdvanceShift / 8;
            s0 = Step(window += advance[0], index, values, s0);
            s1 = Step(window += advance[4], index >>> WindowLayout.IndexBits, values + 8 * TValues.Bytes, s1);
            s2 = Step(window += advance[8], index >>> 2 * WindowLayout.IndexBits, values + 16 * TValues.Bytes, s2);
            s3 = Step(window += advance[12], index >>> 3 * WindowLayout.IndexBits, values + 24 * TValues.Bytes, s3);
            s0 = Step(window += advance[16], index >>> 4 * WindowLayout.IndexBits, values + 32 * TValues.Bytes, s0);
            s1 = Step(window += advance[20], index >>> 5 * WindowLayout.IndexBits, values + 40 * TValues.Bytes, s1);
            s2 = Step(window += advance[24], index >>> 6 * WindowLayout.IndexBits, values + 48 * TValues.Bytes, s2);
            s3 = Step(window += advance[28], index >>> 7 * WindowLayout.IndexBits, values + 56 * TValues.Bytes, s3);
            values += WindowLayout.Full * WindowSteps.Width * TValues.Bytes;
            indices += WindowSteps.Width;
        }
        if (steps > 0)
        {
            var index = Vector256.Load(indices).AsInt32();
            byte* advance = (byte*)indices + WindowLayout.AdvanceShift / 8;
            s0 = Step(window += advance[0], index, values, s0);
            s1 = Step(window += advance[4], index >>> WindowLayout.IndexBits, values + 8 * TValues.Bytes, s1);
            s2 = Step(window += advance[8], index >>> 2 * WindowLayout.IndexBits, values + 16 * TValues.Bytes, s2);
            s3 = Step(window + advance[12], index >>> 3 * WindowLayout.IndexBits, values + 24 * TValues.Bytes, s3);
        }
        (s0 + s1 + (s2 + s3)).Store(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Step(float* window, Vector256<int> index, byte* values, Vector256<float> sums) =>
        Fma.MultiplyAdd(Avx2.PermuteVar8x32(Vector256.Load(window), index), TValues.Load8(values), sums);
}
