namespace PruneSharp;

/// <summary>
/// The one place that turns scores into a decision. Rules: a fraction means round-half-to-even of the double product; exactly
/// that many units are pruned; the lowest scores go first, and among equal scores the lowest flat index (across tensors, list order);
/// −0 equals +0; NaN is an error. The answer does not depend on the machine or the number of threads.
/// <para>
/// Time is linear: one pass that compares with a bracket guessed from a sample, in the rare case that the guess fails two to four
/// histogram passes more. Memory is the mask (one bit a unit) and the few percent of units inside the bracket; scores are never copied
/// or sorted, and tensors never joined.
/// </para>
/// </summary>
public static class Selection
{
    /// <summary>How many of <paramref name="unitCount"/> units an amount means.</summary>
    /// <returns>The count itself, or round-half-to-even(fraction × <paramref name="unitCount"/>).</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count exceeds <paramref name="unitCount"/>.</exception>
    public static long Count(Amount amount, long unitCount)
    {
        if (!amount.IsCount)
            return Round(amount.Fraction * unitCount);
        if (amount.Count > unitCount)
            throw new ArgumentOutOfRangeException(nameof(amount), amount.Count, $"The amount is {amount.Count} units, but only {unitCount} are there. Use at most {unitCount}, or a fraction.");
        return amount.Count;
    }

    /// <summary>Rounds a number of units half to even.</summary>
    internal static long Round(double units) => (long)Math.Round(units, MidpointRounding.ToEven);

    /// <summary>Prunes the <paramref name="count"/> lowest-scored units of one tensor.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="count">Units to prune, 0 … <c>scores.Length</c>.</param>
    /// <param name="threads">Threads to use; 0 = one a processor.</param>
    /// <returns>A mask of shape [<c>scores.Length</c>].</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> or <paramref name="threads"/> is out of range.</exception>
    /// <exception cref="NaNScoreException">A score is NaN.</exception>
    public static Mask Lowest(UnitScores scores, long count, int threads = 0) => Lowest([scores], count, threads)[0];

    /// <summary>Prunes the <paramref name="count"/> lowest-scored units of all tensors together.</summary>
    /// <returns>One mask a tensor, in order, each of shape [its units].</returns>
    /// <inheritdoc cref="Lowest(UnitScores, long, int)"/>
    public static IReadOnlyList<Mask> Lowest(IReadOnlyList<UnitScores> scores, long count, int threads = 0)
    {
        var words = scores.Select(s => GC.AllocateUninitializedArray<ulong>(checked((int)Mask.WordCount(s.Length)))).ToArray();
        Run(scores, count, words, threads);
        return [.. scores.Select((s, i) => new Mask([s.Length], words[i]))];
    }

    /// <summary>
    /// How many units of each tensor are among the <paramref name="count"/> lowest of all together: the same decision without masks,
    /// so that memory does not grow with the tensors.
    /// </summary>
    /// <inheritdoc cref="Lowest(UnitScores, long, int)"/>
    public static IReadOnlyList<long> LowestCounts(IReadOnlyList<UnitScores> scores, long count, int threads = 0) =>
        Run(scores, count, null, threads);

    private static long[] Run(IReadOnlyList<UnitScores> scores, long count, ulong[][]? words, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        long total = scores.Sum(s => s.Length);
        if (count < 0 || count > total)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"Prune 0 to {total} units.");
        threads = threads == 0 ? Environment.ProcessorCount : threads;
        return scores.Any(s => s.NeedsWideKeys)
            ? new KeySelection<long>(scores, words, threads).Prune(count)
            : new KeySelection<int>(scores, words, threads).Prune(count);
    }
}
