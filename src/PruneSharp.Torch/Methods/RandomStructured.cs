using static TorchSharp.torch;

namespace PruneSharp.Torch;

public static partial class prune
{
    /// <summary>Prunes random channels along a dimension.</summary>
    /// <param name="amount">How many: a count, or a fraction of the channels that are not wholly pruned.</param>
    /// <param name="dim">Dimension whose channels are pruned: 0 = outputs, 1 = inputs; negative counts from the end.</param>
    /// <param name="seed">Seed; null draws one from TorchSharp's generator, so that <c>torch.manual_seed</c> repeats it.</param>
    public sealed class RandomStructured(Amount amount, long dim = -1, ulong? seed = null) : StructuredMethod(amount, dim)
    {
        private readonly Criterion _criterion = Criterion.Random(seed ?? Seeds.Draw());

        /// <summary>Prunes a parameter of a module: creates the method and applies it.</summary>
        /// <inheritdoc cref="random_structured{M}(M, string, Amount, long, ulong?)"/>
        /// <returns>The method, or the container of all methods that were applied to the parameter.</returns>
        public static BasePruningMethod apply(nn.Module module, string name, Amount amount, long dim = -1, ulong? seed = null) =>
            new RandomStructured(amount, dim, seed).apply(module, name);

        private protected override UnitScores Scores(Tensor t, int axis, string name)
        {
            var scores = new double[t.shape[axis]];
            _criterion.Score(name, 0, new double[scores.Length], scores);
            return UnitScores.Of(name, scores);
        }
    }
}
