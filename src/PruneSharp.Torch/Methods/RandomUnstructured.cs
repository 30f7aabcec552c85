using static TorchSharp.torch;

namespace PruneSharp.Torch;

public static partial class prune
{
    /// <summary>Prunes random entries. The same seed, parameter name and size give the same entries on every machine and device.</summary>
    /// <param name="amount">How many: a count, or a fraction of the entries that are still unpruned.</param>
    /// <param name="seed">Seed; null draws one from TorchSharp's generator, so that <c>torch.manual_seed</c> repeats it.</param>
    public sealed class RandomUnstructured(Amount amount, ulong? seed = null) : UnstructuredMethod(amount)
    {
        private readonly Criterion _criterion = Criterion.Random(seed ?? Seeds.Draw());

        /// <summary>Prunes a parameter of a module: creates the method and applies it.</summary>
        /// <inheritdoc cref="random_unstructured{M}(M, string, Amount, ulong?)"/>
        /// <returns>The method, or the container of all methods that were applied to the parameter.</returns>
        public static BasePruningMethod apply(nn.Module module, string name, Amount amount, ulong? seed = null) =>
            new RandomUnstructured(amount, seed).apply(module, name);

        internal override UnitScores Scores(WeightTensor weights) => Structure.Unstructured.Scores(weights, _criterion, zerosFirst: false);

        private protected override Tensor TorchScores(Tensor t)
        {
            var scores = new double[t.numel()];
            _criterion.Score(tensor_name ?? "the tensor", 0, new double[scores.Length], scores);
            return tensor(scores, t.shape, device: t.device);
        }
    }
}
