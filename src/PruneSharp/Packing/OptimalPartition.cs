namespace PruneSharp;

/// <summary>
/// k-means in one dimension, solved exactly by dynamic programming over sorted weighted points. The cost of a cluster is its sum of squared
/// distances from its mean; that cost is concave Monge, so the best split moves monotonically and each of the k rounds needs
/// O(n log n) evaluations (Grønlund et al. 2017, arXiv:1701.07204).
/// </summary>
internal sealed class OptimalPartition
{
    private readonly double[] _weights;
    private readonly double[] _sums;
    private readonly double[] _squares;

    private OptimalPartition(IReadOnlyList<WeightedValue> points)
    {
        // Prefix sums lose the least when the values lie around 0.
        double total = 0, weight = 0;
        foreach (var point in points)
        {
            total += point.Value * point.Weight;
            weight += point.Weight;
        }

        double mean = total / weight;
        _weights = new double[points.Count + 1];
        _sums = new double[points.Count + 1];
        _squares = new double[points.Count + 1];
        for (int i = 0; i < points.Count; i++)
        {
            double value = points[i].Value - mean;
            _weights[i + 1] = _weights[i] + points[i].Weight;
            _sums[i + 1] = _sums[i] + points[i].Weight * value;
            _squares[i + 1] = _squares[i] + points[i].Weight * value * value;
        }
    }

    /// <summary>Starts of the clusters of the best partition: ascending, the first is 0.</summary>
    /// <param name="points">Points by ascending value; at least one.</param>
    /// <param name="clusters">Clusters wanted; fewer come out where there are fewer points.</param>
    public static int[] Starts(IReadOnlyList<WeightedValue> points, int clusters)
    {
        clusters = Math.Min(clusters, points.Count);
        var partition = new OptimalPartition(points);
        int n = points.Count;
        var best = new double[n + 1];
        for (int end = 1; end <= n; end++)
            best[end] = partition.Cost(0, end);
        best[0] = double.PositiveInfinity;
        var splits = new int[clusters][];
        for (int k = 1; k < clusters; k++)
        {
            var next = new double[n + 1];
            Array.Fill(next, double.PositiveInfinity);
            splits[k] = new int[n + 1];
            partition.Round(best, next, splits[k], k + 1, n, k, n - 1);
            best = next;
        }

        var starts = new int[clusters];
        for (int k = clusters - 1, end = n; k > 0; k--)
            end = starts[k] = splits[k][end];
        return starts;
    }

    // Fills next[first..last], where the last cluster starts between `from` and `to`.
    private void Round(double[] before, double[] next, int[] splits, int first, int last, int from, int to)
    {
        if (first > last)
            return;
        int end = (first + last) / 2, best = Math.Min(from, end - 1);
        double least = double.PositiveInfinity;
        for (int start = from; start <= Math.Min(to, end - 1); start++)
        {
            double cost = before[start] + Cost(start, end);
            if (cost < least)
                (least, best) = (cost, start);
        }

        (next[end], splits[end]) = (least, best);
        Round(before, next, splits, first, end - 1, from, best);
        Round(before, next, splits, end + 1, last, best, to);
    }

    private double Cost(int start, int end)
    {
        double weight = _weights[end] - _weights[start], sum = _sums[end] - _sums[start];
        return Math.Max(0, _squares[end] - _squares[start] - sum * sum / weight);
    }
}
