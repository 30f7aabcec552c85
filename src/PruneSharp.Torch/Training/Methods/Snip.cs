using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// SNIP: prunes once, before the first step, by connection sensitivity: with a gate c on every weight, score = |∂L/∂c| / Σ|∂L/∂c| at
/// c = 1, which is |w · ∂L/∂w| / Σ|w · ∂L/∂w| over all layers. Lee, Ajanthan and Torr 2019, arXiv:1810.02340: one mini-batch at
/// initialisation and <see cref="Allocation.Global"/>. The masks do not change afterwards.
/// </summary>
public sealed record Snip : TrainingMethod
{
    /// <inheritdoc/>
    public override string Name => "snip";

    /// <summary>
    /// The model's loss on one mini-batch: one number, called once, with gradients on. The paper's batches hold 100 samples (128 for larger
    /// data). The gradients that parameters hold stay as they are; tensors made inside are disposed of. The model runs in the mode
    /// that it is in, so batch normalizations in training mode take in the batch.
    /// </summary>
    public required Func<Tensor> Loss { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems(Plan plan) => [.. base.Problems(plan), .. AtStart.Problems(plan, Name)];

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The loss does not depend on a layer, or all gradients are 0.</exception>
    protected internal override void Begin(SparseTraining training)
    {
        var scores = Scores(training.Layers);
        training.Prune(layer => scores[layer.Index]);
    }

    /// <summary>The score of each weight in float64, layer by layer; 1 in all.</summary>
    internal IReadOnlyList<Tensor> Scores(IReadOnlyList<SparseLayer> layers)
    {
        var scores = layers.Zip(Gradients.Of(Loss, layers), (layer, gradient) => gradient.to(float64).mul(layer.Weight.detach()).abs()).ToList();
        double total = scores.Sum(s => s.sum().item<double>());
        return total > 0 || double.IsNaN(total)
            ? [.. scores.Select(s => s / total)]
            : throw new InvalidOperationException("w · ∂L/∂w is 0 for every weight, so SNIP cannot rank them. Give it a model with initialised weights and a loss that depends on them.");
    }
}
