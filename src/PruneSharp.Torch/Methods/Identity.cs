using static TorchSharp.torch;

namespace PruneSharp.Torch;

public static partial class prune
{
    /// <summary>Prunes nothing: a mask of ones. Prepares a module for loading the state of a pruned one.</summary>
    public sealed class Identity : BasePruningMethod
    {
        /// <inheritdoc/>
        public override PruningType PRUNING_TYPE => PruningType.unstructured;

        /// <summary>Gives a parameter of a module a mask of ones.</summary>
        /// <inheritdoc cref="identity{M}(M, string)"/>
        /// <returns>The method, or the container of all methods that were applied to the parameter.</returns>
        public static BasePruningMethod apply(nn.Module module, string name) => ((BasePruningMethod)new Identity()).apply(module, name);

        /// <inheritdoc/>
        public override Tensor compute_mask(Tensor t, Tensor default_mask) => default_mask.clone();
    }
}
