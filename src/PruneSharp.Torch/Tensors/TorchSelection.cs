using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Selection by libtorch's operations, for tensors that are not in this process's memory. Keeps the rules of <see cref="Selection"/>:
/// exactly k, the lowest first, among equals the lowest flat index, NaN refused; so both give the same masks.
/// </summary>
internal static class TorchSelection
{
    /// <summary>A float32 mask on the scores' device that prunes the k lowest.</summary>
    /// <param name="scores">Scores of any shape.</param>
    /// <param name="count">Units to prune.</param>
    /// <param name="name">What errors call the scores.</param>
    /// <exception cref="NaNScoreException">A score is NaN.</exception>
    public static Tensor Lowest(Tensor scores, long count, string name)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var flat = Sortable(scores.detach()).reshape(-1);
        var nan = flat.isnan().nonzero();
        if (nan.shape[0] > 0)
            throw new NaNScoreException(name, nan[0, 0].item<long>());
        var mask = ones(flat.shape, float32, flat.device);
        if (count > 0)
        {
            var (threshold, _) = flat.kthvalue(count, 0);
            var below = flat.lt(threshold);
            var ties = flat.eq(threshold);
            long tiesToPrune = count - below.sum().item<long>();
            var pruned = below.logical_or(ties.logical_and(ties.cumsum(0, int64).le(tiesToPrune)));
            mask.masked_fill_(pruned, 0);
        }

        return mask.reshape(scores.shape).MoveToOuterDisposeScope();
    }

    // Half types are widened, which is exact; so are integers up to 2^53.
    private static Tensor Sortable(Tensor scores) => scores.dtype switch
    {
        ScalarType.Float32 or ScalarType.Float64 => scores,
        ScalarType.Float16 or ScalarType.BFloat16 => scores.to(float32),
        _ => scores.to(float64),
    };
}
