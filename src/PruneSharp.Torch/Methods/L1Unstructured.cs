using static TorchSharp.torch;

namespace PruneSharp.Torch;

public static partial class prune
{
    /// <summary>Prunes the entries of lowest absolute value (Han et al. 2015, arXiv:1506.02626), or of lowest absolute score.</summary>
    /// <param name="amount">How many: a count, or a fraction of the entries that are still unpruned. 1 is one entry, 1.0 all.</param>
    public sealed class L1Unstructured(Amount amount) : UnstructuredMethod(amount)
    {
        /// <summary>Prunes a parameter of a module: creates the method and applies it.</summary>
        /// <inheritdoc cref="l1_unstructured{M}(M, string, Amount, Tensor?)"/>
        /// <returns>The method, or the container of all methods that were applied to the parameter.</returns>
        public static BasePruningMethod apply(nn.Module module, string name, Amount amount, Tensor? importance_scores = null) =>
            new L1Unstructured(amount).apply(module, name, importance_scores);
    }
}
