using static TorchSharp.torch;

namespace PruneSharp.Torch;

public static partial class prune
{
    /// <summary>A method that prunes the channels of lowest score along a dimension, a given amount of them.</summary>
    public abstract class StructuredMethod : BasePruningMethod
    {
        private readonly long _dim;

        private protected StructuredMethod(Amount amount, long dim)
        {
            this.amount = amount;
            _dim = dim;
        }

        /// <summary>How many channels to prune: a count, or a fraction of those that are not wholly pruned.</summary>
        public Amount amount { get; }

        /// <inheritdoc/>
        public sealed override long? dim => _dim;

        /// <inheritdoc/>
        public sealed override PruningType PRUNING_TYPE => PruningType.structured;

        /// <inheritdoc/>
        public sealed override Tensor compute_mask(Tensor t, Tensor default_mask)
        {
            using var scope = NewDisposeScope();
            return FreshMask(t, default_mask).mul_(default_mask).MoveToOuterDisposeScope();
        }

        internal sealed override Tensor FreshMask(Tensor t, Tensor like)
        {
            string name = tensor_name ?? "the tensor";
            if (t.dim() < 2)
                throw new ArgumentException($"{name} has shape [{string.Join(", ", t.shape)}]; structured pruning needs at least 2 dimensions. Use an unstructured method.", nameof(t));
            int axis = Axes.Resolve(_dim, t, name);
            long count = Selection.Count(amount, t.shape[axis]);
            var units = Selection.Lowest(Scores(t, axis, name), count);
            using var scope = NewDisposeScope();
            long[] shape = [.. t.shape.Select((size, d) => d == axis ? size : 1)];
            return MaskTensor.Of(units, shape, like.dtype, like.device).expand(t.shape).contiguous().clone().MoveToOuterDisposeScope();
        }

        /// <summary>One score for each channel along the dimension.</summary>
        private protected abstract UnitScores Scores(Tensor t, int axis, string name);
    }
}
