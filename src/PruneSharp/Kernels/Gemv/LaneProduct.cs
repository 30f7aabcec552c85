namespace PruneSharp.Kernels;

/// <summary>A product whose groups have one output row in each lane; keeps which row that is, its scale and its bias.</summary>
/// <typeparam name="TValues">How weights are held.</typeparam>
internal abstract unsafe class LaneProduct<TValues> : SparseVectorProduct where TValues : struct, IStoredValues
{
    private readonly int[] _order;
    private readonly float[] _divisors;

    /// <summary>Gives every row its lane.</summary>
    protected LaneProduct(SparseRows rows, ReadOnlySpan<float> bias, int[] order, int laneCount, string format) : base(rows, format)
    {
        _order = order;
        _divisors = new float[order.Length];
        LaneCount = laneCount;
        GroupCount = (order.Length + laneCount - 1) / laneCount;
        long lanes = (long)GroupCount * laneCount;
        int* rowOfLane = Allocate<int>(lanes);
        float* scales = Allocate<float>(lanes), biases = Allocate<float>(lanes);
        for (int lane = 0; lane < order.Length; lane++)
        {
            float largest = rows.LargestOf(order[lane]);
            _divisors[lane] = TValues.DivisorOf(largest);
            rowOfLane[lane] = order[lane];
            scales[lane] = TValues.ScaleOf(largest);
            biases[lane] = bias.IsEmpty ? 0 : bias[order[lane]];
        }
        Sums = new LaneSums(rowOfLane, scales, biases, order.Length);
    }

    /// <summary>Rows of a group.</summary>
    protected int LaneCount { get; }

    /// <summary>Groups.</summary>
    protected int GroupCount { get; }

    /// <summary>From sums to outputs.</summary>
    protected LaneSums Sums { get; }

    /// <summary>The rows of a group; fewer than its lanes in the last one.</summary>
    protected ReadOnlySpan<int> RowsOf(int group) =>
        _order.AsSpan(group * LaneCount, Math.Min(LaneCount, _order.Length - group * LaneCount));

    /// <summary>Stores a weight of a row that is in a lane of a group.</summary>
    protected void StoreValue(float value, int group, int lane, byte* to) => TValues.Store(value / _divisors[group * LaneCount + lane], to);
}
