using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Movement pruning: keeps the weights that training moves away from 0. Scores begin at 0 and follow S ← S − η · ∂L/∂W′ · W, where
/// W′ = W ∘ mask is what the module computes with, so that the scores of pruned weights go on and they can return with the value they had.
/// Sanh, Wolf and Rush 2020, arXiv:2005.07683, section 4 (hard movement pruning). For fine-tuning a trained network, with a cubic schedule
/// and <see cref="Allocation.Global"/> or <see cref="Allocation.Local"/>.
/// <para>
/// With an amount in place of a schedule the masks are decided anew at every step, the first one after one gradient. Scores are signed:
/// channels need <see cref="Structure.Channel"/> with norm 1, and <see cref="Allocation.Lamp"/>, which squares scores, is refused.
/// </para>
/// </summary>
public sealed record Movement : TrainingMethod
{
    private const string Score = "movement.scores";

    /// <inheritdoc/>
    public override string Name => "movement";

    /// <inheritdoc/>
    public override PrunedWeights PrunedWeights => PrunedWeights.Frozen;

    /// <summary>
    /// η, the learning rate of the scores, greater than 0; null (default): the optimizer's own for each layer at each step. A factor that is
    /// the same at all steps changes no mask.
    /// </summary>
    public double? LearningRate { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems(Plan plan)
    {
        foreach (string problem in base.Problems(plan).Concat(SignedScores.Problems(plan, Name)))
            yield return problem;
        if (LearningRate is { } rate && !(rate > 0 && double.IsFinite(rate)))
            yield return $"learningRate is {rate}; that of the scores is a finite number greater than 0.";
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is neither a learning rate nor an optimizer.</exception>
    protected internal override void Begin(SparseTraining training)
    {
        if (LearningRate is null && training.Layers.Any(l => l.Optimizer is null))
            throw new ArgumentException($"{Name} has no learning rate for its scores. Set {nameof(LearningRate)}, or give the pruner the optimizer to use the optimizer's.");
        foreach (var layer in training.Layers)
            layer.Keep(Score, zeros_like(layer.Weight, float32));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">No layer has a gradient.</exception>
    protected internal override void Observe(SparseTraining training)
    {
        Gradients.Require(training, this);
        foreach (var layer in training.Layers)
        {
            if (layer.Gradient is { } gradient)
                layer.State[Score].addcmul_(gradient.to(float32), layer.Dense!.to(float32), -(LearningRate ?? layer.LearningRate));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">All gradients since the first step were 0.</exception>
    protected internal override void Update(SparseTraining training)
    {
        if (training.Plan.Schedule is not null && !training.IsUpdate)
            return;
        Gradients.RequireScores(training, this, Score);
        training.Prune(layer => layer.State[Score]);
    }
}
