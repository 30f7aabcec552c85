namespace PruneSharp;

/// <summary>
/// Erdős–Rényi-kernel: layer density d = ε·r with r = (out + in + Σ kernel dims) / (out · in · Π kernel dims), and one ε such that the
/// densities times the unit counts give the budget; a layer with ε·r over 1 stays dense and leaves the equation. Evci et al. 2020,
/// arXiv:1911.11134, section 3. Fractions of units go to the layers with the largest remainders, the first among equals.
/// </summary>
internal sealed record ErkAllocation : Allocation
{
    public override string Name => "erk";

    protected override IReadOnlyList<long> Distribute(long count, IReadOnlyList<LayerUnits> layers, int threads)
    {
        double[] ratio = [.. layers.Select(l => Ratio(l.Tensor.Layout))];
        var keep = new double[layers.Count];
        var dense = new bool[layers.Count];
        bool changed = true;
        while (changed)
        {
            double budget = layers.Sum(l => l.UnitCount) - count, weighted = 0;
            for (int i = 0; i < keep.Length; i++)
            {
                budget -= dense[i] ? layers[i].UnitCount : 0;
                weighted += dense[i] ? 0 : ratio[i] * layers[i].UnitCount;
            }

            double epsilon = weighted > 0 ? Math.Max(0, budget) / weighted : 0;
            changed = false;
            for (int i = 0; i < keep.Length; i++)
            {
                bool full = !dense[i] && epsilon * ratio[i] >= 1;
                changed |= full;
                dense[i] |= full;
                keep[i] = dense[i] ? layers[i].UnitCount : epsilon * ratio[i] * layers[i].UnitCount;
            }
        }

        return Whole(keep, layers, count);
    }

    private static double Ratio(WeightLayout layout)
    {
        double kernelSum = 0;
        foreach (int axis in layout.KernelAxes)
            kernelSum += layout.Shape[axis];
        return layout.Length == 0 ? 0 : (layout.OutCount + layout.InCount + kernelSum) / layout.Length;
    }

    private static long[] Whole(double[] keep, IReadOnlyList<LayerUnits> layers, long count)
    {
        long[] kept = [.. keep.Select((k, i) => Math.Min(layers[i].UnitCount, (long)Math.Floor(k)))];
        long missing = layers.Sum(l => l.UnitCount) - count - kept.Sum();
        int[] byRemainder = [.. Enumerable.Range(0, keep.Length).OrderByDescending(i => keep[i] - kept[i]).ThenBy(i => i)];
        for (int i = 0; missing > 0; i = (i + 1) % byRemainder.Length)
        {
            int layer = byRemainder[i];
            if (kept[layer] == layers[layer].UnitCount)
                continue;
            kept[layer]++;
            missing--;
        }

        return [.. kept.Select((k, i) => layers[i].UnitCount - k)];
    }
}
