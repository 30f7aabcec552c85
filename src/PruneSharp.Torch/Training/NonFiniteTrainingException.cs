namespace PruneSharp.Torch;

/// <summary>A training has diverged: a gradient, weight, tensor of the optimizer or logit is NaN or infinite. Masks and checkpoints are as they were.</summary>
public sealed class NonFiniteTrainingException : ArithmeticException
{
    internal NonFiniteTrainingException(string name, string found)
        : base($"Training has diverged: {found}. Masks and checkpoints are unchanged; go back to the last checkpoint, with a lower learning rate or clipped gradients.") =>
        TensorName = name;

    /// <summary>The first tensor that is affected: a parameter, or what the message calls it.</summary>
    public string TensorName { get; }
}
