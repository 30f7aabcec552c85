namespace PruneSharp.Onnx;

/// <summary>Chooses units to remove: by importance, inside the scope, with aligned counts.</summary>
internal sealed class CutSelection
{
    private readonly IReadOnlyList<UnitFamily> _families;
    private readonly double[][] _scores;
    private readonly int[] _steps;
    private readonly ShrinkScope _scope;
    private readonly int _least;

    /// <summary>Scores all units.</summary>
    /// <exception cref="NaNScoreException">A score is NaN.</exception>
    public CutSelection(OnnxModel model, IReadOnlyList<UnitFamily> families, UnitCriterion criterion, ShrinkScope scope, int align, int least)
    {
        _families = families;
        _scope = scope;
        _least = least;
        _steps = [.. families.Select(f => Alignment.Step(f, align))];
        var sums = new SliceSums(model);
        _scores = [.. families.Select(f => criterion.Score(model, f, sums))];
        for (int f = 0; f < _scores.Length; f++)
            if (Array.FindIndex(_scores[f], double.IsNaN) is >= 0 and var bad)
                throw new NaNScoreException(families[f].Name, bad);
    }

    /// <summary>Number of units.</summary>
    public int Units => _families.Sum(f => f.Units.Count);

    /// <summary>Roots of the units that go when an amount of them is to go.</summary>
    /// <param name="amount">A fraction, or a count: of all units, with scope local of each family's.</param>
    /// <param name="whole">Names of families that lose nothing.</param>
    public IReadOnlyList<int> At(Amount amount, IReadOnlySet<string>? whole = null)
    {
        double fraction = amount.IsCount ? Math.Min(1, (double)amount.Count / Units) : amount.Fraction;
        int[] kept = _scope switch
        {
            ShrinkScope.Local => [.. _families.Select(f => f.Units.Count - (amount.IsCount ? (int)Math.Min(amount.Count, f.Units.Count) : (int)Math.Round(fraction * f.Units.Count, MidpointRounding.ToEven)))],
            ShrinkScope.Global => Ranked([[.. Enumerable.Range(0, _families.Count)]], fraction),
            _ => Ranked([.. Enumerable.Range(0, _families.Count).GroupBy(f => _families[f].Operators, StringComparer.Ordinal).Select(g => g.ToArray())], fraction),
        };
        var roots = new List<int>();
        for (int f = 0; f < _families.Count; f++)
        {
            if (whole?.Contains(_families[f].Name) == true)
                continue;
            int count = _families[f].Units.Count;
            int stays = kept[f] >= count ? count : Alignment.Kept(kept[f], count, _steps[f], _least);
            roots.AddRange(Order(f).Take(count - stays).Select(unit => _families[f].Units[unit].Root));
        }

        return roots;
    }

    /// <summary>The given units of each family as far as aligned counts allow; the least important of them first.</summary>
    public IReadOnlyList<int> Only(IReadOnlySet<int> candidates)
    {
        var roots = new List<int>();
        for (int f = 0; f < _families.Count; f++)
        {
            int[] order = [.. Order(f).Where(unit => candidates.Contains(_families[f].Units[unit].Root))];
            int count = _families[f].Units.Count, wanted = Math.Max(count - order.Length, Math.Max(1, _least));
            int stays = (wanted + _steps[f] - 1) / _steps[f] * _steps[f];
            if (stays < count)
                roots.AddRange(order.Take(count - stays).Select(unit => _families[f].Units[unit].Root));
        }

        return roots;
    }

    // Ties go in the order of the units.
    private IEnumerable<int> Order(int family) => Enumerable.Range(0, _scores[family].Length).OrderBy(unit => _scores[family][unit]).ThenBy(unit => unit);

    // Families differ in size and scale: a score counts in means of its family.
    private int[] Ranked(int[][] groups, double fraction)
    {
        int[] kept = [.. _families.Select(f => f.Units.Count)];
        foreach (int[] group in groups)
        {
            var ranked = group.SelectMany(f =>
            {
                double mean = _scores[f].Average();
                return Order(f).Select(unit => (Family: f, Score: mean > 0 ? _scores[f][unit] / mean : _scores[f][unit]));
            }).OrderBy(unit => unit.Score).ToList();
            foreach (var (family, _) in ranked.Take((int)Math.Round(fraction * ranked.Count, MidpointRounding.ToEven)))
                kept[family]--;
        }

        return kept;
    }
}
