using TorchSharp;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

public static partial class prune
{
    /// <summary>
    /// Prunes the channels nearest to the geometric median of all, which the others can stand in for: score = Σ over the other channels of
    /// the Euclidean distance (He et al. 2019, "Filter Pruning via Geometric Median", arXiv:1811.00250, eq. 6). Time is quadratic in the
    /// channels.
    /// </summary>
    /// <param name="amount">How many: a count, or a fraction of the channels that are not wholly pruned.</param>
    /// <param name="dim">Dimension whose channels are pruned: 0 = outputs (filters).</param>
    public sealed class FPGMStructured(Amount amount, long dim = 0) : StructuredMethod(amount, dim)
    {
        /// <summary>Prunes a parameter of a module: creates the method and applies it.</summary>
        /// <inheritdoc cref="fpgm_structured{M}(M, string, Amount, long, Tensor?)"/>
        /// <returns>The method, or the container of all methods that were applied to the parameter.</returns>
        public static BasePruningMethod apply(nn.Module module, string name, Amount amount, long dim = 0, Tensor? importance_scores = null) =>
            new FPGMStructured(amount, dim).apply(module, name, importance_scores);

        private protected override UnitScores Scores(Tensor t, int axis, string name)
        {
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            var channels = t.detach().cpu().to(float64).movedim([axis], [0]).flatten(1).contiguous();
            var distances = cdist(channels, channels, 2, compute_mode.donot_use_mm_for_euclid_dist);
            return UnitScores.Of(name, distances.sum(1).data<double>().ToArray());
        }
    }
}
