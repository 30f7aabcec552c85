namespace PruneSharp.Torch.Tests;

/// <summary>A method with a plan that it can carry out on <see cref="TrainingTask"/>.</summary>
/// <param name="Plan">The plan; a schedule is to end before step 50.</param>
/// <param name="Method">Makes the method, from the task where it needs a loss.</param>
internal sealed record TrainingCase(Plan Plan, Func<TrainingTask, TrainingMethod> Method)
{
    /// <summary>Whether the sparsity follows from the weights and not from the plan.</summary>
    public bool ChoosesSparsity { get; init; }

    /// <summary>Weights that the plan keeps at the end.</summary>
    public long KeptCount(IReadOnlyList<SparseLayer> layers)
    {
        var amount = Plan.Schedule is { } schedule ? Amount.OfFraction(schedule.FinalSparsity) : Plan.Amount ?? Plan.Structure.FixedSparsity!.Value;
        long[] counts = Plan.Allocation.Name == Allocation.Local.Name ? [.. layers.Select(l => l.Count)] : [layers.Sum(l => l.Count)];
        return counts.Sum(count => count - Selection.Count(amount, count));
    }
}
