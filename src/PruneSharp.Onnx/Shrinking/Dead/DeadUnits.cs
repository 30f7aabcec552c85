namespace PruneSharp.Onnx;

/// <summary>
/// Units whose removal cannot change the outputs: all that a unit ever is, is zero, meets weights that are zero, or is a constant that goes
/// into the biases of its consumers. Values are taken to be finite: 0 · ∞ would be no number.
/// </summary>
public sealed class DeadUnits
{
    private readonly ShrinkAnalysis _analysis;
    private readonly DeadSearch _search;

    private DeadUnits(DeadSearch search)
    {
        var analysis = _analysis = search.Analysis;
        _search = search;
        var dead = search.Removed(align: 1);
        Families = [.. analysis.Open.Select(f => new ShrinkFamily(f.Name, f.Units.Count, f.Units.Count(u => dead.Contains(u.Root)), f.Operators.Split(' ')))];
        Units = dead.Count;
        Folded = dead.Count(search.Folds);
        Refused = search.Refused(dead);
    }

    /// <summary>All families that can shrink, with the number of units that can go.</summary>
    public IReadOnlyList<ShrinkFamily> Families { get; }

    /// <summary>Number of units that can go, without regard to alignment.</summary>
    public int Units { get; }

    /// <summary>Those of them that are a constant other than zero, which their consumers' biases take over.</summary>
    public int Folded { get; }

    /// <summary>Constant units that stay, with the reason.</summary>
    public IReadOnlyList<RefusedUnits> Refused { get; }

    /// <summary>Finds dead units.</summary>
    /// <param name="analysis">What can be removed.</param>
    /// <param name="options">What counts as dead; default <see cref="DeadOptions"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not 0 … 1.</exception>
    /// <exception cref="InvalidModelException">A weight cannot be read.</exception>
    public static DeadUnits Find(ShrinkAnalysis analysis, DeadOptions? options = null)
    {
        options ??= new();
        if (!(options.Threshold is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(options), options.Threshold, "The threshold is a part of the largest weight: 0 … 1.");
        return new(new DeadSearch(analysis, options));
    }

    /// <summary>The cut that takes them out.</summary>
    /// <param name="align">Kept counts are multiples of this, and of 4 where channels of convolutions are counted, so that some dead units stay; 1 takes all.</param>
    /// <exception cref="ArgumentOutOfRangeException">The alignment is not 1 … 4096.</exception>
    public ShrinkCut Cut(int align = 4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(align, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(align, RankingOptions.MostAlign);
        var removed = _search.Removed(align);
        return new(_analysis, removed, _search.Traces(removed));
    }
}
