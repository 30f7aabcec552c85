namespace PruneSharp.Torch;

/// <summary>How much of one parameter is zero.</summary>
/// <param name="Name">Its name seen from the model, without <c>_orig</c>.</param>
/// <param name="ModuleType">The kind of module that owns it.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Count">Number of entries.</param>
/// <param name="ZeroCount">Entries that the module computes with as 0, pruned or not.</param>
/// <param name="IsPruned">Whether it has a mask.</param>
public sealed record TensorSparsity(string Name, string ModuleType, IReadOnlyList<long> Shape, long Count, long ZeroCount, bool IsPruned)
{
    /// <summary>Fraction of zeros; 0 for an empty tensor.</summary>
    public double Sparsity => Count == 0 ? 0 : (double)ZeroCount / Count;
}
