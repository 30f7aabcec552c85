namespace PruneSharp.Torch;

/// <summary>How much of one layer its mask keeps.</summary>
/// <param name="Name">Name of the parameter, seen from the model.</param>
/// <param name="Count">Number of weights.</param>
/// <param name="KeptCount">How many the mask keeps.</param>
public sealed record LayerSparsity(string Name, long Count, long KeptCount)
{
    /// <summary>Fraction that is pruned; 0 for an empty layer.</summary>
    public double Sparsity => Count == 0 ? 0 : 1 - (double)KeptCount / Count;
}
