using static TorchSharp.torch;

namespace PruneSharp.Torch;

public static partial class prune
{
    /// <summary>
    /// Prunes blocks of consecutive outputs × consecutive flattened inputs (input · kernel) of lowest mean absolute value. Where a side does
    /// not divide evenly, the last blocks are smaller.
    /// </summary>
    public sealed class BlockStructured : BasePruningMethod
    {
        private readonly Structure _structure;

        /// <summary>Creates the method.</summary>
        /// <param name="amount">How many blocks: a count, or a fraction of those that are not wholly pruned.</param>
        /// <param name="rows">Outputs of a block, at least 1.</param>
        /// <param name="columns">Flattened inputs of a block, at least 1.</param>
        /// <exception cref="ArgumentOutOfRangeException">A side is less than 1.</exception>
        public BlockStructured(Amount amount, int rows, int columns)
        {
            this.amount = amount;
            _structure = Structure.Block(rows, columns);
        }

        /// <summary>How many blocks to prune.</summary>
        public Amount amount { get; }

        /// <inheritdoc/>
        public override PruningType PRUNING_TYPE => PruningType.global;

        /// <summary>Prunes a parameter of a module: creates the method and applies it.</summary>
        /// <inheritdoc cref="block_structured{M}(M, string, Amount, int, int, Tensor?)"/>
        /// <returns>The method, or the container of all methods that were applied to the parameter.</returns>
        public static BasePruningMethod apply(nn.Module module, string name, Amount amount, int rows, int columns, Tensor? importance_scores = null) =>
            new BlockStructured(amount, rows, columns).apply(module, name, importance_scores);

        /// <inheritdoc/>
        public override Tensor compute_mask(Tensor t, Tensor default_mask)
        {
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            string name = tensor_name ?? "the tensor";
            using var ranked = RankedTensor.Of(t, name, layout);
            double[] scores = Scores(ranked), density = Density(default_mask, name);
            int[] alive = [.. Enumerable.Range(0, scores.Length).Where(unit => density[unit] > 0)];
            var kept = Selection.Lowest(UnitScores.Of(name, Array.ConvertAll(alive, unit => scores[unit])), Selection.Count(amount, alive.Length));
            var units = new bool[scores.Length];
            for (int i = 0; i < alive.Length; i++)
                units[alive[i]] = kept[i];
            var mask = _structure.Expand(ranked.Weights, Mask.FromBooleans(units, units.Length));
            return MaskTensor.Of(mask, t.shape, default_mask.dtype, default_mask.device).mul_(default_mask).MoveToOuterDisposeScope();
        }

        private double[] Density(Tensor mask, string name)
        {
            using var ranked = RankedTensor.Of(mask, name, layout);
            return Scores(ranked);
        }

        private double[] Scores(RankedTensor ranked)
        {
            var units = _structure.Scores(ranked.Weights, Criterion.L1, zerosFirst: false);
            var scores = new double[units.Length];
            units.CopyTo(0, scores);
            return scores;
        }
    }
}
