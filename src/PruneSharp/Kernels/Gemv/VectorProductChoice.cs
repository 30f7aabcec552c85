namespace PruneSharp.Kernels;

/// <summary>Picks the format that the pattern of a matrix makes the fastest, from 64 groups of its rows.</summary>
internal static class VectorProductChoice
{
    private const double FullBlocks = 0.9;
    private const int SampleCount = 64;
    private const double WindowFill = 2.4;
    private const long CacheBytes = 16L << 20;

    /// <summary>
    /// Blocks where they are at least 90 % full, the highest that are. Otherwise windows where a step takes enough non-zeros: it costs what
    /// 2.4 interleaved ones cost, and more where the weights come from memory, as then their bytes count.
    /// </summary>
    public static VectorProductFormat Of(SparseRows rows, ValueStorage storage)
    {
        foreach (var (height, format) in new[] { (8, VectorProductFormat.Blocks8), (4, VectorProductFormat.Blocks4) })
            if (FillOf(rows, height) >= FullBlocks) return format;
        if (!WindowProduct<Float32Values>.IsSupported || rows.InCount < WindowSteps.Width) return VectorProductFormat.Interleaved;
        var (bytes, fillInMemory) = storage switch
        {
            ValueStorage.Int8 => (sizeof(byte), 3.5),
            ValueStorage.Float16 => (sizeof(ushort), 4.5),
            _ => (sizeof(float), 5.5),
        };
        double least = (long)rows.Count * (bytes + sizeof(ushort)) > CacheBytes ? fillInMemory : WindowFill;
        return WindowFillOf(rows) >= least ? VectorProductFormat.Window : VectorProductFormat.Interleaved;
    }

    private static double FillOf(SparseRows rows, int height)
    {
        long blocks = 0, count = 0;
        foreach (var group in Sample(rows.InOrder(), height))
        {
            blocks += rows.SharedColumns(group).Length;
            foreach (int row in group) count += rows.CountOf(row);
        }
        return blocks == 0 ? 0 : count / (double)(blocks * height);
    }

    private static double WindowFillOf(SparseRows rows)
    {
        long steps = 0, count = 0;
        foreach (var group in Sample(rows.ByCount(), WindowSteps.Width))
        {
            steps += WindowSteps.Count(rows, group);
            foreach (int row in group) count += rows.CountOf(row);
        }
        return steps == 0 ? 0 : count / (double)steps;
    }

    private static IEnumerable<int[]> Sample(int[] order, int height)
    {
        int groupCount = (order.Length + height - 1) / height, sampleCount = Math.Min(groupCount, SampleCount);
        for (int sample = 0; sample < sampleCount; sample++)
        {
            int row = (int)((long)sample * groupCount / sampleCount) * height;
            yield return order[row..Math.Min(row + height, order.Length)];
        }
    }
}
