using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// RigL: drops the weights of least magnitude and grows where the loss has the steepest gradient, |∂L/∂w| (Evci et al. 2020,
/// arXiv:1911.11134). The gradient is that of the batch of the step. Unlike in the paper, the optimizer's step is made at updates, too. A layer
/// without a gradient, or where all of it is 0, stays as it is; that of all layers at the first update is an error.
/// </summary>
public sealed record RigL : Rewiring
{
    /// <inheritdoc/>
    public override string Name => "rigl";

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">No layer has a gradient, or at the first update all of them are 0.</exception>
    protected internal override void Update(SparseTraining training)
    {
        if (DroppedFraction(training.Step) > 0)
        {
            Gradients.Require(training, this);
            if (training.Step == Interval && training.Layers.All(l => l.Gradient is not { } gradient || Gradients.IsZero(gradient)))
                throw new InvalidOperationException($"All gradients, by which {Name} grows weights, are 0. {Gradients.Order}");
        }

        base.Update(training);
    }

    private protected override Tensor? Growth(SparseTraining training, SparseLayer layer) =>
        layer.Gradient is { } gradient && !Gradients.IsZero(gradient) ? gradient.abs() : null;
}
