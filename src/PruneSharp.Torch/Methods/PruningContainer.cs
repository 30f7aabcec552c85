using System.Collections;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

public static partial class prune
{
    /// <summary>
    /// All methods that were applied to one parameter, in order. A new mask is computed by the last of them on what is still unpruned, and
    /// merged with the mask before.
    /// </summary>
    public sealed class PruningContainer : BasePruningMethod, IReadOnlyList<BasePruningMethod>
    {
        private readonly List<BasePruningMethod> _methods = [];

        /// <summary>Creates a container; the name is that of the first method.</summary>
        /// <param name="methods">Methods for the same parameter.</param>
        /// <exception cref="ArgumentException">The methods are for different parameters.</exception>
        public PruningContainer(params IEnumerable<BasePruningMethod> methods)
        {
            foreach (var method in methods)
            {
                tensor_name ??= method.tensor_name;
                add_pruning_method(method);
            }
        }

        /// <inheritdoc/>
        public override PruningType PRUNING_TYPE => PruningType.global;

        /// <summary>How many methods there are.</summary>
        public int Count => _methods.Count;

        /// <summary>A method, 0 = the first that was applied.</summary>
        public BasePruningMethod this[int index] => _methods[index];

        /// <summary>Adds a method; it will compute the next mask.</summary>
        /// <exception cref="ArgumentException">The method is for another parameter, or a container.</exception>
        public void add_pruning_method(BasePruningMethod method)
        {
            ArgumentNullException.ThrowIfNull(method);
            if (method is PruningContainer)
                throw new ArgumentException("A container holds methods, not containers; add one of its methods.", nameof(method));
            if (method.tensor_name != tensor_name)
                throw new ArgumentException($"The method prunes '{method.tensor_name}', this container '{tensor_name}'. Use one container for each parameter.", nameof(method));
            _methods.Add(method);
        }

        /// <inheritdoc/>
        /// <exception cref="InvalidOperationException">The container is empty.</exception>
        public override Tensor compute_mask(Tensor t, Tensor default_mask) => _methods.Count == 0
            ? throw new InvalidOperationException("The container holds no method; add one first.")
            : Merge(_methods[^1], t, default_mask);

        /// <inheritdoc/>
        public IEnumerator<BasePruningMethod> GetEnumerator() => _methods.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        /// <summary>The mask of one more method over a mask.</summary>
        internal static Tensor Merge(BasePruningMethod method, Tensor t, Tensor mask)
        {
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            var merged = method.PRUNING_TYPE switch
            {
                PruningType.unstructured => MergeEntries(method, t.detach(), mask),
                PruningType.structured => MergeChannels(method, t.detach(), mask),
                _ => method.compute_mask(t.detach(), mask).to(mask.dtype, mask.device),
            };
            CheckShape(merged, mask.shape, "The mask that the method computed");
            return merged.MoveToOuterDisposeScope();
        }

        private static Tensor MergeEntries(BasePruningMethod method, Tensor t, Tensor mask)
        {
            var kept = mask.eq(1);
            var entries = t.masked_select(kept.to(t.device));
            var part = method.compute_mask(entries, ones(entries.shape, mask.dtype, mask.device));
            CheckShape(part, entries.shape, "The mask that the method computed");
            return mask.masked_scatter(kept, part.to(mask.dtype, mask.device));
        }

        private static Tensor MergeChannels(BasePruningMethod method, Tensor t, Tensor mask)
        {
            long dim = method.dim ?? throw new InvalidOperationException($"{method.GetType().Name} is structured but says no dim.");
            if (t.dim() < 2)
                return method.compute_mask(t, mask);
            int axis = Axes.Resolve(dim, t, method.tensor_name ?? "the tensor");
            var alive = mask.ne(0).sum(Axes.Others(axis, t.dim())).nonzero().flatten();
            var part = method.compute_mask(t.index_select(axis, alive.to(t.device)), mask.index_select(axis, alive));
            return mask.index_copy(axis, alive, part.to(mask.dtype, mask.device));
        }
    }
}
