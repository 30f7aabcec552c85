using System.Globalization;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// The lasso while training: after each step of the optimizer the proximal step of an L1 penalty, w ← sign(w) · max(0, |w| − lr · λ), or for a
/// structure of blocks or channels that of the group lasso, w_g ← w_g · max(0, 1 − lr · λ · √|g| / ‖w_g‖₂) for every unit g of |g| weights (Yuan
/// and Lin 2006; for networks Wen et al. 2016, arXiv:1608.03665). Unlike a penalty in the loss it reaches exactly 0. Besides, the plan's criterion
/// prunes by its amount or schedule.
/// <para>
/// Weights that the penalty made 0 go first at the next update; an allocation with one budget for all layers then prunes all of them, even
/// if they are more than the amount.
/// </para>
/// </summary>
public sealed record Lasso : TrainingMethod
{
    /// <inheritdoc/>
    public override string Name => "lasso";

    /// <summary>λ, 0 or more; 1e-5 … 1e-3 is customary. Multiplied by the learning rate.</summary>
    public required double Strength { get; init; }

    /// <summary>The first step without a penalty; default never.</summary>
    public long StopStep { get; init; } = long.MaxValue;

    /// <inheritdoc/>
    public override IEnumerable<string> Problems(Plan plan)
    {
        foreach (string problem in base.Problems(plan))
            yield return problem;
        if (plan.Structure.FixedSparsity is not null)
            yield return $"structure {plan.Structure} fixes how many weights of each group stay, which a penalty cannot; use single weights, blocks or channels.";
        if (!(Strength >= 0) || double.IsInfinity(Strength))
            yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(Strength)} is {Strength}; it is a number from 0 up.");
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The pruner was created without the optimizer.</exception>
    protected internal override void Begin(SparseTraining training)
    {
        training.NeedOptimizer($"{nameof(Strength)} {Strength.ToString(CultureInfo.InvariantCulture)} is multiplied by");
        base.Begin(training);
    }

    /// <summary>The proximal step, then the plan's pruning.</summary>
    protected internal override void Update(SparseTraining training)
    {
        if (training.Step < StopStep)
        {
            foreach (var layer in training.Layers)
                Shrink(layer, training.Plan.Structure, layer.LearningRate * Strength);
        }

        base.Update(training);
    }

    private static void Shrink(SparseLayer layer, Structure structure, double threshold)
    {
        if (threshold <= 0)
            return;
        using var scope = NewDisposeScope();
        if (structure == Structure.Unstructured)
        {
            layer.Weight.sub_(layer.Weight.clamp(-threshold, threshold));
            return;
        }

        var units = layer.Units ??= UnitMembers.Of(layer, structure);
        var factors = (1 - units.Sizes.sqrt() * threshold / units.Norms(layer.Weight)).clamp(0);
        layer.Weight.mul_(units.Spread(factors).to(layer.Weight.dtype));
    }
}
