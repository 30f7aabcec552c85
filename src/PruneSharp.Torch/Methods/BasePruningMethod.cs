using static TorchSharp.torch;

namespace PruneSharp.Torch;

public static partial class prune
{
    /// <summary>
    /// A rule that says which entries of a tensor are pruned. Derive to write your own: give the pruning type and compute the mask; applying,
    /// repeating, saving and removing then work as for the methods that are here.
    /// </summary>
    public abstract class BasePruningMethod
    {
        /// <summary>What is ranked when a tensor is pruned again.</summary>
        public abstract PruningType PRUNING_TYPE { get; }

        /// <summary>The dimension whose channels a structured method prunes; negative counts from the end. Null for other methods.</summary>
        public virtual long? dim => null;

        /// <summary>Name of the parameter that this method was applied to; null before.</summary>
        public string? tensor_name { get; internal set; }

        /// <summary>How the parameter stores outputs, inputs and kernel positions; null: [out, in, kernel …].</summary>
        internal WeightLayout? layout { get; set; }

        /// <summary>Computes the mask.</summary>
        /// <param name="t">What to rank: the weights, or the importance scores that were given.</param>
        /// <param name="default_mask">The mask so far, of the same shape. Not to be changed.</param>
        /// <returns>A mask of the same shape: 1 = keep, 0 = pruned; where <paramref name="default_mask"/> is 0, 0 too.</returns>
        public abstract Tensor compute_mask(Tensor t, Tensor default_mask);

        /// <summary>Applies this method to a parameter of a module, like the functions of <see cref="prune"/>.</summary>
        /// <param name="module">The module that owns the parameter.</param>
        /// <param name="name">The parameter's name within the module, such as <c>weight</c>.</param>
        /// <param name="importance_scores">Scores to rank instead of the weights, of the parameter's shape; null ranks the weights.</param>
        /// <returns>This method, or the container of all methods that were applied to the parameter.</returns>
        /// <exception cref="ArgumentException">
        /// The module has no such parameter, scores or mask do not fit it, a score is NaN, or the amount is more than there is. The module
        /// is unchanged then.
        /// </exception>
        public BasePruningMethod apply(nn.Module module, string name, Tensor? importance_scores = null) =>
            PlannedPruning.Of(PruningTarget.Of(module, name, importance_scores), this).Commit();

        /// <summary>A pruned copy of a tensor: it times the mask of this method; pruned entries are exactly 0.</summary>
        /// <param name="t">The tensor.</param>
        /// <param name="default_mask">Entries to prune in any case; null = none. All entries are ranked, also those.</param>
        /// <param name="importance_scores">Scores to rank instead, of the tensor's shape.</param>
        /// <exception cref="ArgumentException">The shapes differ.</exception>
        public Tensor prune(Tensor t, Tensor? default_mask = null, Tensor? importance_scores = null)
        {
            CheckShape(default_mask, t.shape, nameof(default_mask));
            CheckShape(importance_scores, t.shape, nameof(importance_scores));
            using var scope = NewDisposeScope();
            Tensor mask;
            using (no_grad())
                mask = compute_mask((importance_scores ?? t).detach(), default_mask ?? ones_like(t.detach()));
            return t.masked_fill(mask.eq(0), 0).MoveToOuterDisposeScope();
        }

        /// <summary>The parameter of a module times its mask, differentiable: what the module computes with.</summary>
        /// <exception cref="ArgumentException">This method was not applied to the module.</exception>
        public Tensor apply_mask(nn.Module module)
        {
            var pruned = PrunedModule.Find(module, tensor_name ?? "") ?? throw Functions.NotPruned(module, tensor_name ?? "(none)");
            pruned.Refresh(always: true);
            return pruned.Effective;
        }

        /// <summary>Makes the pruning permanent; see <see cref="prune.remove{M}(M, string)"/>.</summary>
        public void remove(nn.Module module) => Functions.Remove(module, tensor_name ?? "(none)");

        /// <summary>
        /// The mask of a tensor that is wholly unpruned, of the type and device of <paramref name="like"/>: saves a mask of ones where a
        /// method does not need one.
        /// </summary>
        internal virtual Tensor FreshMask(Tensor t, Tensor like)
        {
            var before = ones_like(like.detach());
            var mask = compute_mask(t, before);
            if (!ReferenceEquals(mask, before))
                before.Dispose();
            return mask;
        }

        internal static void CheckShape(Tensor? given, long[] shape, string parameter)
        {
            if (given is not null && !given.shape.AsSpan().SequenceEqual(shape))
                throw new ArgumentException($"{parameter} has shape [{string.Join(", ", given.shape)}]; it must have the tensor's, [{string.Join(", ", shape)}].", parameter);
        }
    }
}
