namespace PruneSharp.OnnxRuntime;

/// <summary>How much the model's outputs change when one layer alone is pruned.</summary>
/// <param name="Name">Name of the tensor.</param>
/// <param name="Op">Operator that uses it.</param>
/// <param name="Shape">Stored dimensions.</param>
/// <param name="Parameters">Number of weights.</param>
/// <param name="Changes">Change at each amount tried, in ascending order.</param>
/// <param name="Control">Change with the whole layer zeroed: what "gone" means for this layer.</param>
/// <param name="Suggested">Suggested fraction to prune.</param>
public sealed record LayerSensitivity(
    string Name, string Op, IReadOnlyList<long> Shape, long Parameters, IReadOnlyList<AmountChange> Changes, double Control, double Suggested);
