namespace PruneSharp;

/// <summary>The lowest-scored units of all layers together.</summary>
internal sealed record GlobalAllocation : Allocation
{
    public override string Name => "global";

    protected override IReadOnlyList<long> Distribute(long count, IReadOnlyList<LayerUnits> layers, int threads) =>
        Selection.LowestCounts([.. layers.Select(l => l.Scores)], count, threads);
}
