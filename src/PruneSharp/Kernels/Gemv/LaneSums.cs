using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PruneSharp.Kernels;

/// <summary>What turns the sums of a group's lanes into outputs: <c>y[row] = sum * scale + bias</c>, lane by lane.</summary>
/// <param name="rows">The row of each lane of all groups.</param>
/// <param name="scales">The scale of each lane.</param>
/// <param name="biases">What is added in each lane.</param>
/// <param name="count">Lanes that have a row; those after them, in the last group, have none.</param>
internal readonly unsafe struct LaneSums(int* rows, float* scales, float* biases, int count)
{
    /// <summary>Scales the sums of some lanes in place, adds the biases and writes the outputs.</summary>
    /// <param name="sums">The sums of a group, one a lane.</param>
    /// <param name="y">The outputs.</param>
    /// <param name="lane">The group's first lane.</param>
    /// <param name="laneCount">Lanes of a group.</param>
    public void Finish(float* sums, float* y, int lane, int laneCount)
    {
        int end = Math.Min(laneCount, count - lane);
        for (int i = 0; i < end; i++) y[rows[lane + i]] = sums[i] * scales[lane + i] + biases[lane + i];
    }

    /// <summary>The same for eight lanes, with vectors and without a loop.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Finish8(float* sums, float* y, int lane)
    {
        if (count - lane < 8)
        {
            Finish(sums, y, lane, 8);
            return;
        }
        (Vector128.Load(sums) * Vector128.Load(scales + lane) + Vector128.Load(biases + lane)).Store(sums);
        (Vector128.Load(sums + 4) * Vector128.Load(scales + lane + 4) + Vector128.Load(biases + lane + 4)).Store(sums + 4);
        int* to = rows + lane;
        y[to[0]] = sums[0];
        y[to[1]] = sums[1];
        y[to[2]] = sums[2];
        y[to[3]] = sums[3];
        y[to[4]] = sums[4];
        y[to[5]] = sums[5];
        y[to[6]] = sums[6];
        y[to[7]] = sums[7];
    }

    /// <summary>The same for four lanes whose rows are in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Finish(Vector128<float> sums, float* y, int lane)
    {
        var outputs = sums * Vector128.Load(scales + lane) + Vector128.Load(biases + lane);
        if (lane + 4 <= count) outputs.Store(y + lane);
        else for (int i = lane; i < count; i++) y[i] = outputs[i - lane];
    }

    /// <summary>The same for eight lanes whose rows are in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Finish(Vector256<float> sums, float* y, int lane)
    {
        var outputs = sums * Vector256.Load(scales + lane) + Vector256.Load(biases + lane);
        if (lane + 8 <= count) outputs.Store(y + lane);
        else for (int i = lane; i < count; i++) y[i] = outputs[i - lane];
    }
}
