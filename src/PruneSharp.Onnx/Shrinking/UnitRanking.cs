namespace PruneSharp.Onnx;

/// <summary>The units of a model in order of importance.</summary>
public sealed class UnitRanking
{
    private readonly ShrinkAnalysis _analysis;
    private readonly CutSelection _selection;

    /// <summary>Scores the units of an analysis.</summary>
    /// <exception cref="NaNScoreException">A score is NaN.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The alignment is not 1 … 4096, or the least number of kept units less than 1.</exception>
    public UnitRanking(ShrinkAnalysis analysis, RankingOptions? options = null)
    {
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Align, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Align, RankingOptions.MostAlign);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MinimumKept, 1);
        _analysis = analysis;
        _selection = new(analysis.Graph.Model, analysis.Open, options.Criterion, options.Scope, options.Align, options.MinimumKept);
    }

    /// <summary>The cut that takes an amount of the units, as far as alignment allows.</summary>
    /// <param name="amount">A fraction, or a count: of all units, with <see cref="ShrinkScope.Local"/> of each family's.</param>
    /// <param name="kept">Names of families that stay whole; null for none.</param>
    public ShrinkCut At(Amount amount, IReadOnlySet<string>? kept = null)
    {
        HashSet<string> whole = [.. kept ?? new HashSet<string>()];
        while (true)
        {
            var cut = new ShrinkCut(_analysis, _selection.Only(NeverEmpty.Repair(_analysis, _selection.At(amount, whole))));
            if (cut.Conflict() is not { } conflict)
                return cut;
            // Sizes that follow most cuts and not this one: what takes part in them stays.
            int before = whole.Count;
            whole.UnionWith(_analysis.Open.Where(f => f.Units.Any(u => conflict.Roots.Contains(u.Root))).Select(f => f.Name));
            if (whole.Count == before)
                whole.UnionWith(_analysis.Open.Select(f => f.Name));
        }
    }
}
