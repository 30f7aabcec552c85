namespace PruneSharp;

/// <summary>Amounts by layer name: what a sensitivity scan suggests.</summary>
internal sealed record PerLayerAllocation(IReadOnlyDictionary<string, Amount> Amounts) : Allocation
{
    public override string Name => "per-layer";

    public override bool NeedsAmount => false;

    public override IReadOnlyList<long> Spread(Amount amount, IReadOnlyList<LayerUnits> layers, int threads = 0)
    {
        var unknown = Amounts.Keys.Except(layers.Select(l => l.Tensor.Name)).Order(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
            throw new ArgumentException($"The plan gives amounts for {string.Join(", ", unknown)}, which {(unknown.Count == 1 ? "is" : "are")} not among the layers to prune. Remove the entry or widen the targets.");
        return [.. layers.Select(l => Amounts.TryGetValue(l.Tensor.Name, out var own) ? Selection.Count(own, l.UnitCount) : 0)];
    }

    protected override IReadOnlyList<long> Distribute(long count, IReadOnlyList<LayerUnits> layers, int threads) =>
        throw new NotSupportedException("Amounts by layer have no joint budget.");
}
