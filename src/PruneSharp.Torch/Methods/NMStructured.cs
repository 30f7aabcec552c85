using static TorchSharp.torch;

namespace PruneSharp.Torch;

public static partial class prune
{
    /// <summary>
    /// N:M sparsity (Mishra et al. 2021, arXiv:2104.08378): of every M consecutive input channels, at each kernel position of each output, the N
    /// of largest absolute value stay; pruned ones first make room. Where the input channels do not divide evenly, the last group is smaller
    /// and still keeps N.
    /// </summary>
    public sealed class NMStructured : BasePruningMethod
    {
        private readonly Structure _structure;

        /// <summary>Creates the method.</summary>
        /// <param name="n">Entries to keep in each group, 0 … <paramref name="m"/>.</param>
        /// <param name="m">Size of a group, at least 1.</param>
        /// <exception cref="ArgumentOutOfRangeException">Not 0 ≤ n ≤ m with m ≥ 1.</exception>
        public NMStructured(int n, int m) => _structure = Structure.NOfM(n, m);

        /// <inheritdoc/>
        public override PruningType PRUNING_TYPE => PruningType.global;

        /// <summary>Prunes a parameter of a module: creates the method and applies it.</summary>
        /// <inheritdoc cref="nm_structured{M}(M, string, int, int, Tensor?)"/>
        /// <returns>The method, or the container of all methods that were applied to the parameter.</returns>
        public static BasePruningMethod apply(nn.Module module, string name, int n, int m, Tensor? importance_scores = null) =>
            new NMStructured(n, m).apply(module, name, importance_scores);

        /// <inheritdoc/>
        public override Tensor compute_mask(Tensor t, Tensor default_mask)
        {
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            string name = tensor_name ?? "the tensor";
            using var ranked = RankedTensor.Of(t.detach().abs().to(float64).masked_fill(default_mask.eq(0).to(t.device), double.NegativeInfinity), name, layout);
            var mask = _structure.Prune(ranked.Weights, Signed.Criterion, count: 0);
            return MaskTensor.Of(mask, t.shape, default_mask.dtype, default_mask.device).mul_(default_mask).MoveToOuterDisposeScope();
        }
    }
}
