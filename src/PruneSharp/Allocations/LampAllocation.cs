namespace PruneSharp;

/// <summary>
/// LAMP: score(u) = s_u² / Σ_{v: s_v ≥ s_u} s_v² inside each layer (for single weights by magnitude, s = |w|), then one ranking over all
/// layers. A layer's best unit scores 1, so no layer is emptied before all are down to one. Lee et al. 2021, arXiv:2010.07611, eq. 3.
/// Needs 16 bytes a unit while a layer is sorted and 8 afterwards.
/// </summary>
internal sealed record LampAllocation : Allocation
{
    public override string Name => "lamp";

    protected override IReadOnlyList<long> Distribute(long count, IReadOnlyList<LayerUnits> layers, int threads) =>
        Selection.LowestCounts([.. layers.Select(l => UnitScores.Of(l.Tensor.Name, Scores(l.Scores)))], count, threads);

    /// <summary>LAMP scores in ascending order of the units' own scores.</summary>
    internal static double[] Scores(UnitScores units)
    {
        if (units.Length > Array.MaxLength)
            throw new ArgumentException($"{units.Name} has {units.Length} units; LAMP ranks at most {Array.MaxLength} in one layer.", nameof(units));
        var scores = new double[units.Length];
        units.CopyTo(0, scores);
        for (int i = 0; i < scores.Length; i++)
            if (double.IsNaN(scores[i]))
                throw new NaNScoreException(units.Name, i);
        ScoreSort.Ascending(scores);

        // A power of two that brings the largest score near 1 changes no ratio and keeps squares from under- and overflowing.
        int exponent = scores.Length > 0 && double.IsFinite(scores[^1]) && scores[^1] != 0 ? -Math.ILogB(scores[^1]) : 0;
        for (int i = 0; i < scores.Length; i++)
            scores[i] = Math.ScaleB(scores[i], exponent);

        // Zero-first units score −∞ and stay lowest. Equal scores share one sum, that of the lowest of them.
        double sum = 0;
        for (int end = scores.Length; end > 0;)
        {
            int start = end - 1;
            for (; start > 0 && scores[start - 1] == scores[start]; start--)
                sum += scores[start] * scores[start];
            double square = scores[start] * scores[start];
            sum += square;
            double lamp = double.IsNegativeInfinity(scores[start]) ? double.NegativeInfinity : square == 0 ? 0 : double.IsInfinity(sum) ? 1 : square / sum;
            for (; end > start; end--)
                scores[end - 1] = lamp;
        }

        return scores;
    }
}
