using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// RigL: drops the weights of least magnitude and grows where the loss has the steepest gradient, |∂L/∂w| (Evci et al. 2020,
/// arXiv:1911.11134). The gradient is that of the batch of the step. Unlike in the paper, the optimizer's step is made at updates, too. A layer
/// without a gradient stays as it is.
/// </summary>
public sealed record RigL : Rewiring
{
    /// <inheritdoc/>
    public override string Name => "rigl";

    private protected override Tensor? Growth(SparseTraining training, SparseLayer layer) => layer.Gradient?.abs();
}
