using System.Globalization;

namespace PruneSharp;

/// <summary>
/// What to prune and how: a plain value that reads and writes as JSON (<see cref="PlanJson"/>). The same plan on the same weights gives the
/// same masks everywhere.
/// </summary>
public sealed record Plan
{
    /// <summary>How weights are scored; default <see cref="Criterion.L1"/>.</summary>
    public Criterion Criterion { get; init; } = Criterion.L1;

    /// <summary>What is pruned together; default single weights.</summary>
    public Structure Structure { get; init; } = Structure.Unstructured;

    /// <summary>How the amount is spread over the layers; default <see cref="Allocation.Global"/> without limits.</summary>
    public Allocation Allocation { get; init; } = Allocation.Global;

    /// <summary>How much to prune; null where the structure (N:M) or the allocation (per layer) says it.</summary>
    public Amount? Amount { get; init; }

    /// <summary>How much to prune at which step of a training, in place of <see cref="Amount"/>; null where everything is pruned at once.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>Which weights; default all that a model offers.</summary>
    public Targets Targets { get; init; } = new();

    /// <summary>The plan for one step of a training: the same with the schedule's sparsity at that step as its amount.</summary>
    /// <param name="step">0-based step.</param>
    public Plan At(long step) => Schedule is null ? this : this with { Schedule = null, Amount = PruneSharp.Amount.OfFraction(Schedule.Sparsity(step)) };

    /// <summary>Everything that makes this plan impossible, one sentence each; empty for a valid plan.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (Structure.FixedSparsity is { } fixedSparsity)
        {
            if (Schedule is not null)
                problems.Add($"structure {Structure} fixes the sparsity; leave the schedule out.");
            if (Amount is { } given && (given.IsCount || Math.Abs(given.Fraction - fixedSparsity) > 1e-9))
                problems.Add($"amount {given} contradicts structure {Structure}, which prunes {fixedSparsity.ToString("R", CultureInfo.InvariantCulture)}; leave the amount out.");
            if (!Allocation.NeedsAmount)
                problems.Add($"structure {Structure} fixes the sparsity of every layer; allocation {Allocation.Name} cannot change it.");
        }
        else if (Schedule is not null && (Amount is not null || !Allocation.NeedsAmount))
        {
            problems.Add(Amount is not null
                ? "amount and schedule are both given; a schedule brings its own amounts."
                : $"allocation {Allocation.Name} brings an amount for each layer; leave the schedule out.");
        }
        else if (Allocation.NeedsAmount && Amount is null && Schedule is null)
        {
            problems.Add("amount is missing; give a fraction like 0.8 or a count like 1000.");
        }
        else if (!Allocation.NeedsAmount && Amount is not null)
        {
            problems.Add($"allocation {Allocation.Name} brings an amount for each layer; leave the plan's own out.");
        }

        if (Allocation.MinimumSparsity > Allocation.MaximumSparsity)
            problems.Add($"minimumSparsity {Allocation.MinimumSparsity} is greater than maximumSparsity {Allocation.MaximumSparsity}.");
        problems.AddRange(Targets.Problems());
        problems.AddRange(Schedule?.Problems() ?? []);
        return problems;
    }
}
