using static TorchSharp.torch;

namespace PruneSharp.Torch;

public static partial class prune
{
    /// <summary>Prunes the channels of lowest Ln norm along a dimension (L1 of filters: Li et al. 2017, arXiv:1608.08710).</summary>
    /// <param name="amount">How many: a count, or a fraction of the channels that are not wholly pruned.</param>
    /// <param name="n">Which norm: a number, 0, ±∞, <c>"fro"</c> or <c>"nuc"</c>.</param>
    /// <param name="dim">Dimension whose channels are pruned: 0 = outputs, 1 = inputs; negative counts from the end.</param>
    public sealed class LnStructured(Amount amount, NormOrder n, long dim = -1) : StructuredMethod(amount, dim)
    {
        /// <summary>Which norm.</summary>
        public NormOrder n { get; } = n;

        /// <summary>Prunes a parameter of a module: creates the method and applies it.</summary>
        /// <inheritdoc cref="ln_structured{M}(M, string, Amount, NormOrder, long, Tensor?)"/>
        /// <returns>The method, or the container of all methods that were applied to the parameter.</returns>
        public static BasePruningMethod apply(nn.Module module, string name, Amount amount, NormOrder n, long dim = -1, Tensor? importance_scores = null) =>
            new LnStructured(amount, n, dim).apply(module, name, importance_scores);

        private protected override UnitScores Scores(Tensor t, int axis, string name)
        {
            if (n.IsNuclear)
                return UnitScores.Of(name, NuclearNorms(t, axis));
            using var ranked = RankedTensor.Of(t, name);
            var units = Structure.Channel(axis, n.Order).Scores(ranked.Weights, Criterion.L1, zerosFirst: false);
            var scores = new double[units.Length];
            units.CopyTo(0, scores);
            return UnitScores.Of(name, scores);
        }

        // The slice of a channel as a matrix: its first dimension against all others; of a 2-D tensor a row, whose norm is its L2 norm.
        private static double[] NuclearNorms(Tensor t, int axis)
        {
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            var slices = t.detach().cpu().to(float64).movedim([axis], [0]);
            var matrices = slices.dim() == 2 ? slices.unsqueeze(1) : slices.flatten(2);
            if (matrices.dim() == 2)
                matrices = matrices.unsqueeze(-1);
            return matrices.shape.Contains(0) ? new double[t.shape[axis]] : linalg.svdvals(matrices).sum(-1).data<double>().ToArray();
        }
    }
}
