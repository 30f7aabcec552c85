using static TorchSharp.torch;

namespace PruneSharp.Torch;

public static partial class prune
{
    /// <summary>
    /// Prunes the entries of lowest square. That is the order of <see cref="L1Unstructured"/>, without the ties that squaring would make where
    /// it under- or overflows.
    /// </summary>
    /// <param name="amount">How many: a count, or a fraction of the entries that are still unpruned. 1 is one entry, 1.0 all.</param>
    public sealed class L2Unstructured(Amount amount) : UnstructuredMethod(amount)
    {
        /// <summary>Prunes a parameter of a module: creates the method and applies it.</summary>
        /// <inheritdoc cref="l2_unstructured{M}(M, string, Amount, Tensor?)"/>
        /// <returns>The method, or the container of all methods that were applied to the parameter.</returns>
        public static BasePruningMethod apply(nn.Module module, string name, Amount amount, Tensor? importance_scores = null) =>
            new L2Unstructured(amount).apply(module, name, importance_scores);
    }
}
