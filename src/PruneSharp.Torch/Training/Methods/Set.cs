using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Sparse evolutionary training: drops the weights closest to zero and grows as many at random (Mocanu et al. 2018, arXiv:1707.04780). The paper
/// drops the same fraction at every update and starts new weights at random values; here the fraction fades out along a cosine and they
/// start from 0, as in the comparison of Evci et al. 2020 (arXiv:1911.11134).
/// </summary>
public sealed record Set : Rewiring
{
    /// <inheritdoc/>
    public override string Name => "set";

    private protected override Tensor? Growth(SparseTraining training, SparseLayer layer) => training.Uniform(layer, Seed);
}
