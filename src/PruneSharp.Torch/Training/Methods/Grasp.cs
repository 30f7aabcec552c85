using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// GraSP: prunes once, before the first step, so that gradient flow ‖g‖² suffers least. To first order removing weight w changes ‖g‖² by
/// −2 · w · (Hg), H being the Hessian of the loss over the plan's layers; the weights for which −w · (Hg) is largest go, so
/// score = w · (Hg) / Σ|w · (Hg)|. Wang, Zhang and Grosse 2020, arXiv:2002.07376: <see cref="Allocation.Global"/> at
/// initialisation. The masks do not change afterwards.
/// <para>
/// Scores are signed: channels need <see cref="Structure.Channel"/> with norm 1 (the sum over a unit is then the unit's own first-order
/// change), and <see cref="Allocation.Lamp"/>, which squares scores, is refused.
/// </para>
/// </summary>
public sealed record Grasp : TrainingMethod
{
    /// <inheritdoc/>
    public override string Name => "grasp";

    /// <summary>
    /// The model's loss on one mini-batch: one number, called once, with gradients on; it is differentiated twice. The paper takes ten
    /// samples a class and divides logits by a temperature T = 200 before the softmax: do so here. The gradients that parameters hold
    /// stay as they are; tensors made inside are disposed of; the model runs in the mode that it is in. Every operator needs a second derivative: where one has none, TorchSharp 0.107
    /// ends the process instead of throwing.
    /// </summary>
    public required Func<Tensor> Loss { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems(Plan plan) => [.. base.Problems(plan), .. AtStart.Problems(plan, Name), .. SignedScores.Problems(plan, Name)];

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The loss does not depend on a layer, or all scores are 0.</exception>
    protected internal override void Begin(SparseTraining training)
    {
        var scores = Scores(training.Layers);
        training.Prune(layer => scores[layer.Index]);
    }

    /// <summary>The score of each weight in float64, layer by layer; their absolute values sum to 1.</summary>
    internal IReadOnlyList<Tensor> Scores(IReadOnlyList<SparseLayer> layers)
    {
        var gradients = Gradients.Of(Loss, layers, isDifferentiable: true);
        var products = Gradients.Of(() => gradients.Select(g => (g * g.detach()).sum()).Aggregate((sum, next) => sum + next), layers);
        var scores = layers.Zip(products, (layer, product) => product.to(float64).mul(layer.Weight.detach())).ToList();
        double total = scores.Sum(s => s.abs().sum().item<double>());
        return total > 0 || double.IsNaN(total)
            ? [.. scores.Select(s => s / total)]
            : throw new InvalidOperationException("w · (Hg) is 0 for every weight, so GraSP cannot rank them. Give it a model with initialised weights and a loss whose gradient depends on them.");
    }
}
