namespace PruneSharp.Kernels;

/// <summary>Which rows share a group of windows: rows of about as many non-zeros whose columns lie near each other.</summary>
internal static class WindowGrouping
{
    private const int FewestCandidates = 8, MostCandidates = 64, Comparisons = 1 << 26;

    /// <summary>
    /// An order of all rows, group after group. Rows stand sorted by how many non-zeros they have; each group begins with the first that is
    /// left and takes seven times, of the next 64 (fewer in large matrices, down to 8, to bound the time), the one with the fewest
    /// non-zeros that fit no window of the group so far. Saves 4 to 10 % of the steps of a random pattern of 70 to 95 % zeros.
    /// </summary>
    public static int[] Of(SparseRows rows)
    {
        int candidates = Math.Clamp(Comparisons / Math.Max(rows.Count, 1), FewestCandidates, MostCandidates);
        var left = new List<int>(rows.ByCount());
        var order = new List<int>(left.Count);
        var group = new WindowSketch();
        while (left.Count > 0)
        {
            group.Clear();
            for (int lane = 0; lane < WindowSteps.Width && left.Count > 0; lane++)
            {
                int best = 0, fewest = int.MaxValue;
                for (int i = 0; i < Math.Min(lane == 0 ? 1 : candidates, left.Count) && fewest > 0; i++)
                {
                    int misses = group.MissesOf(rows.ColumnsOf(left[i]), fewest);
                    if (misses < fewest) (best, fewest) = (i, misses);
                }
                group.Add(rows.ColumnsOf(left[best]));
                order.Add(left[best]);
                left.RemoveAt(best);
            }
        }
        return [.. order];
    }
}
