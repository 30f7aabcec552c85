using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Weights times mask, where pruned entries are exactly +0 even if the weight is ∞ or NaN. Multiplying would give NaN there, and libtorch's
/// operations with a boolean mask take several times as long, forwards and backwards.
/// </summary>
internal static class MaskedProduct
{
    /// <summary>Computes the product.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="mask">Ones and zeros of the weights' shape, type and device.</param>
    /// <param name="differentiable">
    /// Whether gradients are to reach the weights. Then the product is a multiplication, corrected only where that is known to be needed.
    /// </param>
    /// <param name="prunesNonFinite">Whether a pruned weight is ∞ or NaN; updated where the weights are looked at.</param>
    /// <param name="name">What errors call the mask.</param>
    /// <exception cref="InvalidOperationException">The mask holds something other than 0 and 1.</exception>
    public static Tensor Of(Tensor weights, Tensor mask, bool differentiable, ref bool prunesNonFinite, string name)
    {
        using var normal = inference_mode(false);
        using var grad = differentiable ? null : no_grad();
        var product = differentiable ? weights.mul(mask) : empty_like(weights.detach());
        using DenseTensor? w = DenseTensor.Of(weights), m = DenseTensor.Of(mask), p = DenseTensor.Of(product);
        if (w is null || m is null || p is null || !w.IsLaidOutAs(m) || !w.IsLaidOutAs(p))
        {
            Fill(product, weights, mask, differentiable);
            return product;
        }

        if (!differentiable)
            prunesNonFinite = Apply(w, m, p, name).PrunesNonFinite;
        else if (prunesNonFinite)
            Apply(w, m, p, name);
        return product;
    }

    /// <summary>Sets pruned entries to +0 in place. Entries that are 0 already are not written.</summary>
    public static void Zero(Tensor weights, Tensor mask, string name)
    {
        using var guard = no_grad();
        using DenseTensor? w = DenseTensor.Of(weights), m = DenseTensor.Of(mask);
        if (w is not null && m is not null && w.IsLaidOutAs(m))
        {
            Apply(w, m, w, name);
            return;
        }

        using var pruned = mask.eq(0);
        weights.masked_fill_(pruned, 0);
    }

    private static MaskedFacts Apply(DenseTensor weights, DenseTensor mask, DenseTensor product, string name)
    {
        bool hasOthers = false, prunesNonFinite = false;
        weights.ForEachPiece((first, count) =>
        {
            var facts = MaskNumbers.Apply(weights.Bytes(first, count), mask.Bytes(first, count), product.Bytes(first, count), weights.Type);
            if (facts.HasOtherNumbers)
                Volatile.Write(ref hasOthers, true);
            if (facts.PrunesNonFinite)
                Volatile.Write(ref prunesNonFinite, true);
        });
        return hasOthers
            ? throw new InvalidOperationException($"{name} holds a number other than 0 (pruned) and 1 (keep); load a mask of a pruned model.")
            : new(hasOthers, prunesNonFinite);
    }

    // Other devices and layouts. The correction does not disturb the gradient, because multiplying does not need its result again.
    private static void Fill(Tensor product, Tensor weights, Tensor mask, bool differentiable)
    {
        using var guard = no_grad();
        using var pruned = mask.eq(0);
        using var values = product.detach();
        if (!differentiable)
            values.copy_(weights);
        values.masked_fill_(pruned, 0);
    }
}
