using System.Globalization;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Dynamic network surgery (Guo et al. 2016, arXiv:1608.04493): all weights are trained with the masked network's gradient, and masks are
/// decided again at random steps, with probability (1 + γ·t)^(−p) at step t. With a threshold a for each layer a weight is pruned where
/// |w| &lt; <see cref="PruneBelow"/>·a, returns where |w| &gt; <see cref="RegrowAbove"/>·a, and stays as it is in between.
/// <para>
/// The threshold comes from the plan (the largest magnitude that its amount at this step prunes in the layer; at <see cref="StopStep"/>, or
/// when training ends before, an exact ranking meets the amount), or from <see cref="Deviations"/>.
/// </para>
/// </summary>
public sealed record DynamicNetworkSurgery : TrainingMethod
{
    private const string Threshold = "threshold";

    /// <inheritdoc/>
    public override string Name => "dynamic-network-surgery";

    /// <inheritdoc/>
    public override PrunedWeights PrunedWeights => PrunedWeights.Trained;

    /// <summary>The first step whose masks stay for good.</summary>
    public required long StopStep { get; init; }

    /// <summary>
    /// c in a = max(0, μ + c·σ), with mean and population deviation of the layer's |w| when the pruner is created; the plan then has no amount. Null,
    /// the default: the plan says the threshold.
    /// </summary>
    public double? Deviations { get; init; }

    /// <summary>γ, how fast decisions get rare; 0 or more, default 1e-4.</summary>
    public double Gamma { get; init; } = 1e-4;

    /// <summary>p, the power with which they do; 0 or more, default 1.</summary>
    public double Power { get; init; } = 1;

    /// <summary>Part of the threshold under which weights are pruned; default 0.9.</summary>
    public double PruneBelow { get; init; } = 0.9;

    /// <summary>Multiple of the threshold over which they return; default 1.1.</summary>
    public double RegrowAbove { get; init; } = 1.1;

    /// <summary>Seed of the random steps; default 0.</summary>
    public ulong Seed { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems(Plan plan)
    {
        foreach (string problem in Deviations is null ? base.Problems(plan) : (plan with { Amount = 0.0, Schedule = null, Allocation = Allocation.Global }).Problems())
            yield return problem;
        if (Deviations is not null && (plan.Amount is not null || plan.Schedule is not null || !plan.Allocation.NeedsAmount))
            yield return $"an amount is given, but {nameof(Deviations)} says already what {Name} prunes; leave one of the two out.";
        if (plan.Structure != Structure.Unstructured)
            yield return $"structure is {plan.Structure}, but {Name} decides about single weights; leave the structure out.";
        if (!plan.Criterion.RanksByMagnitude)
            yield return $"criterion is {plan.Criterion.Name}, but {Name} compares magnitudes; leave the criterion out.";
        if (plan.Schedule?.EndStep > StopStep)
            yield return string.Create(CultureInfo.InvariantCulture, $"the schedule ends at step {plan.Schedule.EndStep}, after {nameof(StopStep)} {StopStep}; masks must not stay before.");
        if (!(Gamma >= 0 && Power >= 0))
            yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(Gamma)} is {Gamma} and {nameof(Power)} {Power}; both are at least 0.");
        if (!(PruneBelow >= 0 && PruneBelow <= RegrowAbove))
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{nameof(PruneBelow)} is {PruneBelow} and {nameof(RegrowAbove)} {RegrowAbove}; they lie between 0 and infinity, the first not above the second.");
        if (Deviations is { } c && !double.IsFinite(c))
            yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(Deviations)} is {c}; it is a finite number.");
    }

    /// <summary>The probability that masks are decided anew at a step: (1 + γ·t)^(−p).</summary>
    /// <param name="step">t, 0-based.</param>
    public double Probability(long step) => Math.Pow(1 + Gamma * step, -Power);

    /// <summary>The first masks.</summary>
    protected internal override void Begin(SparseTraining training)
    {
        if (Deviations is not { } c)
        {
            base.Begin(training);
            return;
        }

        foreach (var layer in training.Layers)
        {
            var magnitudes = layer.Weight.detach().abs().to(float64);
            layer.Keep(Threshold, (magnitudes.mean() + c * magnitudes.std(unbiased: false)).clamp(0));
            Decide(training, layer, layer.Mask, layer.State[Threshold]);
        }
    }

    /// <summary>Decides masks anew if chance says so.</summary>
    protected internal override void Update(SparseTraining training)
    {
        if (training.Step == StopStep && Deviations is null)
            training.Prune();
        if (training.Step >= StopStep || training.Uniform(Seed) >= Probability(training.Step))
            return;
        Tensor[] before = [.. training.Layers.Select(l => l.Mask.clone())];
        if (Deviations is null)
            training.Prune();
        foreach (var (layer, mask) in training.Layers.Zip(before))
            Decide(training, layer, mask, layer.State.GetValueOrDefault(Threshold) ?? layer.Dense!.abs().mul_(1 - layer.Mask).max());
    }

    /// <summary>Meets the plan's amount, if training ends before <see cref="StopStep"/>.</summary>
    protected internal override void Finish(SparseTraining training)
    {
        if (Deviations is null && training.Step <= StopStep)
            training.Prune(training.Plan.At(Math.Max(0, training.Step - 1)));
    }

    private void Decide(SparseTraining training, SparseLayer layer, Tensor before, Tensor threshold)
    {
        var magnitudes = layer.Dense!.abs();
        training.SetMask(layer, before.masked_fill(magnitudes.lt(threshold * PruneBelow), 0).masked_fill_(magnitudes.gt(threshold * RegrowAbove), 1));
    }
}
