namespace PruneSharp.Torch;

/// <summary>A training has diverged: a gradient or weight is NaN or infinite. Masks and checkpoints are as they were.</summary>
public sealed class NonFiniteTrainingException : ArithmeticException
{
    internal NonFiniteTrainingException(string name, string found)
        : base($"Training has diverged: {found}. Masks and checkpoints are unchanged; go back to the last checkpoint, with a lower learning rate or clipped gradients.") =>
        TensorName = name;

    /// <summary>The first parameter that is affected.</summary>
    public string TensorName { get; }
}
