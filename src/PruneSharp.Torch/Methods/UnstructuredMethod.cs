using TorchSharp;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

public static partial class prune
{
    /// <summary>A method that prunes the single entries of lowest score, a given amount of them; exactly that many, ties by flat index.</summary>
    public abstract class UnstructuredMethod : BasePruningMethod
    {
        private protected UnstructuredMethod(Amount amount) => this.amount = amount;

        /// <summary>How many entries to prune: a count, or a fraction of those that are still unpruned.</summary>
        public Amount amount { get; }

        /// <inheritdoc/>
        public sealed override PruningType PRUNING_TYPE => PruningType.unstructured;

        /// <inheritdoc/>
        public sealed override Tensor compute_mask(Tensor t, Tensor default_mask)
        {
            using var scope = NewDisposeScope();
            return FreshMask(t, default_mask).mul_(default_mask).MoveToOuterDisposeScope();
        }

        /// <summary>Whether to select by libtorch's operations although the tensor is in memory.</summary>
        internal bool SelectsByTorch { get; init; }

        internal sealed override Tensor FreshMask(Tensor t, Tensor like)
        {
            long count = Selection.Count(amount, t.numel());
            if (SelectsByTorch || t.device_type != DeviceType.CPU)
            {
                using var scope = NewDisposeScope();
                return TorchSelection.Lowest(TorchScores(t), count, Name).to(like.dtype, like.device).MoveToOuterDisposeScope();
            }

            using var ranked = RankedTensor.Of(t, Name);
            var mask = Selection.Lowest(Scores(ranked.Weights), count);
            return MaskTensor.Of(mask, t.shape, like.dtype, like.device);
        }

        /// <summary>The scores of single entries: their absolute values, unless a method says otherwise.</summary>
        internal virtual UnitScores Scores(WeightTensor weights) => UnitScores.OfMagnitudes(weights.Name, weights.Data);

        /// <summary>The same scores by libtorch's operations.</summary>
        private protected virtual Tensor TorchScores(Tensor t) => t.detach().abs();

        private string Name => tensor_name ?? "the tensor";
    }
}
