namespace PruneSharp.OnnxRuntime;

/// <summary>One point of a sensitivity curve.</summary>
/// <param name="Amount">Fraction of the layer that is pruned.</param>
/// <param name="Change">Change of the model's outputs.</param>
public sealed record AmountChange(double Amount, double Change);
