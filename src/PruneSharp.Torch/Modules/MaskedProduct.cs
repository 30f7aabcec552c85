using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Weights times mask in memory that is used again and again, where pruned entries are exactly +0 even if the weight is ∞ or NaN.
/// Multiplying would give NaN there, and libtorch's operations with a boolean mask take several times as long, forwards and backwards.
/// <para>
/// Memory of its own for every product would cost more than the multiplication: glibc's aligned allocation does not find freed blocks of
/// the same size again, so a training program grows by megabytes a step and the system clears every new page. The price: a graph that is
/// kept while the weights are changed sees the new product, where an unpruned module makes libtorch throw.
/// </para>
/// </summary>
internal static class MaskedProduct
{
    /// <summary>Memory for products of a parameter.</summary>
    public static Tensor Memory(Tensor weights)
    {
        using var normal = inference_mode(false);
        using var guard = no_grad();
        var memory = empty_like(weights.detach()).DetachFromDisposeScope();
        using var dense = DenseTensor.Of(memory);
        dense?.ExpectWrites();
        return memory;
    }

    /// <summary>Computes the product.</summary>
    /// <param name="memory">Where; of the weights' shape, type, device and layout.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="mask">Ones and zeros of the weights' shape, type and device.</param>
    /// <param name="differentiable">
    /// Whether gradients are to reach the weights. Then the product is a multiplication, corrected only where that is known to be needed.
    /// </param>
    /// <param name="inspect">Whether to look for pruned weights that are ∞ or NaN also where the product is a multiplication.</param>
    /// <param name="isNew">Whether nothing was written to the memory yet.</param>
    /// <param name="prunesNonFinite">Whether a pruned weight is ∞ or NaN, by the last look.</param>
    /// <param name="name">What errors call the mask.</param>
    /// <returns>A new tensor over the memory.</returns>
    /// <exception cref="InvalidOperationException">The mask holds something other than 0 and 1.</exception>
    public static Tensor Of(Tensor memory, Tensor weights, Tensor mask, bool differentiable, bool inspect, bool isNew, ref bool prunesNonFinite, string name)
    {
        using var normal = inference_mode(false);
        Tensor product;
        using (no_grad())
            product = empty(0, memory.dtype, memory.device).set_(memory);
        if (differentiable)
            product.copy_(weights).mul_(mask);
        if (!differentiable || inspect || prunesNonFinite)
            prunesNonFinite = Write(memory, weights, mask, isNew && !differentiable, name);
        return product;
    }

    /// <summary>
    /// Whether a tensor is a product that was converted to another type or device and perhaps back, and not something new.
    /// </summary>
    public static bool IsConverted(Tensor memory, Tensor moved)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        return new[] { memory.dtype, float16, bfloat16 }.Any(type => memory.to(type).ToLike(moved).Equals(moved.detach()));
    }

    /// <summary>Sets pruned entries to +0 in place. Entries that are 0 already are not written.</summary>
    public static void Zero(Tensor weights, Tensor mask, string name)
    {
        using var guard = no_grad();
        using DenseTensor? w = DenseTensor.Of(weights), m = DenseTensor.Of(mask);
        if (w is not null && m is not null && w.IsLaidOutAs(m))
        {
            Apply(w, m, w, changes: true, name);
            return;
        }

        using var pruned = mask.eq(0);
        weights.masked_fill_(pruned, 0);
    }

    private static MaskedFacts Apply(DenseTensor weights, DenseTensor mask, DenseTensor product, bool changes, string name)
    {
        bool hasOthers = false, prunesNonFinite = false;
        weights.ForEachPiece((first, count) =>
        {
            var facts = MaskNumbers.Apply(weights.Bytes(first, count), mask.Bytes(first, count), product.Bytes(first, count), weights.Type, changes);
            if (facts.HasOtherNumbers)
                Volatile.Write(ref hasOthers, true);
            if (facts.PrunesNonFinite)
                Volatile.Write(ref prunesNonFinite, true);
        });
        return hasOthers
            ? throw new InvalidOperationException($"{name} holds a number other than 0 (pruned) and 1 (keep); load a mask of a pruned model.")
            : new(hasOthers, prunesNonFinite);
    }

    // Returns whether a pruned weight is not finite; where that is not known, that it may be.
    private static bool Write(Tensor memory, Tensor weights, Tensor mask, bool isNew, string name)
    {
        using var guard = no_grad();
        using DenseTensor? w = DenseTensor.Of(weights), m = DenseTensor.Of(mask), p = DenseTensor.Of(memory);
        if (w is not null && m is not null && p is not null && w.IsLaidOutAs(m) && w.IsLaidOutAs(p))
            return Apply(w, m, p, !isNew, name).PrunesNonFinite;
        using var pruned = mask.eq(0);
        using var product = weights.detach().masked_fill(pruned, 0);

        // In one go: other threads may be computing with what is there, which mostly is the same.
        memory.copy_(product);
        return true;
    }
}
