namespace PruneSharp.Torch;

/// <summary>How sparse a network in training is.</summary>
/// <param name="Step">Steps that were made.</param>
/// <param name="Layers">The layers of the plan, in the model's order.</param>
public sealed record SparsityReport(long Step, IReadOnlyList<LayerSparsity> Layers)
{
    /// <summary>Weights of all layers.</summary>
    public long Count => Layers.Sum(l => l.Count);

    /// <summary>How many the masks keep.</summary>
    public long KeptCount => Layers.Sum(l => l.KeptCount);

    /// <summary>Fraction of all layers' weights that is pruned; 0 where there are none.</summary>
    public double Sparsity => Count == 0 ? 0 : 1 - (double)KeptCount / Count;
}
