using System.Globalization;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// N:M sparsity learned from scratch by SR-STE (Zhou et al. 2021, arXiv:2102.04010): the network computes with the N:M mask of the dense weights, all
/// dense weights are trained with its gradient, and those that are pruned decay: W ← W − lr · (∂L/∂(M∘W) + Decay · (1 − M)∘W), so that masks
/// settle. The plan's structure is N:M. The decay is applied beside the optimizer's step, not through its momentum; for plain SGD that is the
/// paper's rule exactly.
/// </summary>
public sealed record NMFromStart : TrainingMethod
{
    /// <inheritdoc/>
    public override string Name => "nm-from-start";

    /// <inheritdoc/>
    public override PrunedWeights PrunedWeights => PrunedWeights.Trained;

    /// <summary>λ_W, 0 or more; default 2e-4. Multiplied by the learning rate, so above 0 the pruner needs the optimizer.</summary>
    public double Decay { get; init; } = 2e-4;

    /// <summary>
    /// Steps from one decision about masks to the next; default 10. The paper decides at every step; for a fully connected layer at a batch of 64
    /// that costs as much as two or three training steps, and with convolutions or large batches little.
    /// </summary>
    public long Interval { get; init; } = 10;

    /// <summary>From this step on masks stay and pruned weights no longer decay; default never.</summary>
    public long StopStep { get; init; } = long.MaxValue;

    /// <inheritdoc/>
    public override IEnumerable<string> Problems(Plan plan)
    {
        foreach (string problem in base.Problems(plan))
            yield return problem;
        if (plan.Structure.FixedSparsity is null)
            yield return $"structure is {plan.Structure}, but {Name} needs N:M; use Structure.NOfM(2, 4).";
        if (Interval < 1)
            yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(Interval)} is {Interval}; it is at least 1 step.");
        if (!(Decay >= 0) || double.IsInfinity(Decay))
            yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(Decay)} is {Decay}; it is a number from 0 up.");
    }

    /// <summary>Prunes to N:M.</summary>
    /// <exception cref="ArgumentException">There is a decay, but the pruner was created without the optimizer.</exception>
    protected internal override void Begin(SparseTraining training)
    {
        if (Decay > 0)
            training.NeedOptimizer($"{nameof(Decay)} {Decay.ToString(CultureInfo.InvariantCulture)} is multiplied by");
        base.Begin(training);
    }

    /// <summary>Decays what the mask of this step prunes.</summary>
    protected internal override void Observe(SparseTraining training)
    {
        if (Decay == 0 || training.Step >= StopStep)
            return;
        foreach (var layer in training.Layers)
        {
            using var scope = NewDisposeScope();
            layer.Dense!.addcmul_(layer.Dense, layer.Mask - 1, layer.LearningRate * Decay);
        }
    }

    /// <summary>Decides masks anew when it is time.</summary>
    protected internal override void Update(SparseTraining training)
    {
        if (training.Step < StopStep && training.Step % Interval == 0)
            training.Prune();
    }
}
