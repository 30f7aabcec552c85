using static TorchSharp.torch;

namespace PruneSharp.Torch;

public static partial class prune
{
    /// <summary>Prunes where a given mask is 0, in addition to what is pruned already.</summary>
    /// <param name="mask">1 = keep, 0 = pruned, of the parameter's shape and any number type.</param>
    public sealed class CustomFromMask(Tensor mask) : BasePruningMethod
    {
        /// <summary>The given mask.</summary>
        public Tensor mask { get; } = mask;

        /// <inheritdoc/>
        public override PruningType PRUNING_TYPE => PruningType.global;

        /// <summary>Prunes a parameter of a module: creates the method and applies it.</summary>
        /// <inheritdoc cref="custom_from_mask{M}(M, string, Tensor)"/>
        /// <returns>The method, or the container of all methods that were applied to the parameter.</returns>
        public static new BasePruningMethod apply(nn.Module module, string name, Tensor mask) => new CustomFromMask(mask).apply(module, name);

        /// <inheritdoc/>
        /// <exception cref="ArgumentException">The mask has another shape, or holds something other than 0 and 1.</exception>
        public override Tensor compute_mask(Tensor t, Tensor default_mask)
        {
            CheckShape(mask, default_mask.shape, nameof(mask));
            MaskTensor.CheckBinary(mask, nameof(mask));
            using var scope = NewDisposeScope();
            return mask.detach().to(default_mask.dtype, default_mask.device).mul(default_mask).MoveToOuterDisposeScope();
        }
    }
}
