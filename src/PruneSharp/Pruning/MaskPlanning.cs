namespace PruneSharp;

/// <summary>Carries a plan out on tensors: first the number of units each layer loses, then layer by layer the mask.</summary>
public static class MaskPlanning
{
    /// <summary>Units to prune in each tensor.</summary>
    /// <param name="plan">A plan without <see cref="Plan.Problems"/>; its targets are not applied here.</param>
    /// <param name="tensors">The tensors, each name once. Order decides among equal scores of different tensors.</param>
    /// <param name="zerosFirst">
    /// True for files: existing zeros rank lowest whatever the criterion, so that pruning again by the same amount changes nothing.
    /// </param>
    /// <param name="threads">Threads to use; 0 = one a processor.</param>
    /// <exception cref="InvalidPlanException">The plan has problems.</exception>
    /// <exception cref="ArgumentException">A name appears twice, or the plan does not fit the tensors.</exception>
    public static IReadOnlyList<long> Allocate(Plan plan, IReadOnlyList<WeightTensor> tensors, bool zerosFirst = false, int threads = 0)
    {
        if (plan.Problems() is { Count: > 0 } problems)
            throw new InvalidPlanException(problems);
        if (plan.Schedule is not null)
            throw new InvalidPlanException(["it has a schedule, which is for training; Plan.At gives the plan of one step."]);
        if (tensors.GroupBy(t => t.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"{twice.Key} appears {twice.Count()} times among the tensors; list each once.", nameof(tensors));
        if (plan.Structure.FixedSparsity is not null)
            return new long[tensors.Count];
        return plan.Allocation.Spread(plan.Amount ?? default, [.. tensors.Select(t => new LayerUnits(t, plan.Structure, plan.Criterion, zerosFirst))], threads);
    }

    /// <summary>Masks of several tensors under one plan, in order.</summary>
    /// <inheritdoc cref="Allocate"/>
    public static IReadOnlyList<Mask> Masks(Plan plan, IReadOnlyList<WeightTensor> tensors, bool zerosFirst = false, int threads = 0)
    {
        var counts = Allocate(plan, tensors, zerosFirst, threads);
        return [.. tensors.Select((t, i) => plan.Structure.Prune(t, plan.Criterion, counts[i], zerosFirst, threads))];
    }
}
