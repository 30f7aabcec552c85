namespace PruneSharp;

/// <summary>Every layer loses the same: a fraction of its own units, or the same count. Limits hold back single layers only.</summary>
internal sealed record LocalAllocation : Allocation
{
    public override string Name => "local";

    public override IReadOnlyList<long> Spread(Amount amount, IReadOnlyList<LayerUnits> layers, int threads = 0)
    {
        var counts = new long[layers.Count];
        for (int i = 0; i < counts.Length; i++)
        {
            long units = layers[i].UnitCount;
            if (amount.IsCount && amount.Count > units)
                throw new ArgumentOutOfRangeException(nameof(amount), amount.Count, $"{layers[i].Tensor.Name} has {units} units; {amount.Count} cannot be pruned from it. With local allocation a count is taken from every layer: use at most the smallest layer's, or a fraction.");
            counts[i] = Math.Clamp(Selection.Count(amount, units), Least(units), Math.Max(Least(units), Most(units)));
        }

        return counts;
    }

    protected override IReadOnlyList<long> Distribute(long count, IReadOnlyList<LayerUnits> layers, int threads) =>
        throw new NotSupportedException("Local allocation has no joint budget.");
}
