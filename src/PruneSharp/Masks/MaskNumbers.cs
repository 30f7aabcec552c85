using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PruneSharp;

/// <summary>
/// Masks as frameworks keep them: one number a weight, of the weight's own type, 1 = keep and 0 = pruned (−0 too). The bits of the numbers
/// are compared, so nothing is rounded and a pruned ∞ or NaN becomes +0.
/// </summary>
public static class MaskNumbers
{
    /// <summary>product[i] = weights[i] where the mask is 1, +0 where it is 0.</summary>
    /// <param name="weights">The stored weights.</param>
    /// <param name="mask">As many numbers of the same type.</param>
    /// <param name="product">Receives the weights; may be <paramref name="weights"/> itself.</param>
    /// <param name="type">How all three are stored.</param>
    /// <param name="changes">
    /// True leaves memory alone that holds the product already, which others may be reading; false writes all of it without looking, which is
    /// faster for new memory.
    /// </param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static MaskedFacts Apply(ReadOnlySpan<byte> weights, ReadOnlySpan<byte> mask, Span<byte> product, ElementType type, bool changes = true)
    {
        if (weights.Length != mask.Length || weights.Length != product.Length || weights.Length % type.Bytes() != 0)
            throw new ArgumentException($"{weights.Length} bytes of weights, {mask.Length} of mask and {product.Length} of product; they must be equal and whole {type} numbers.", nameof(mask));
        return type switch
        {
            ElementType.Float16 => Apply<ushort>(MemoryMarshal.Cast<byte, ushort>(weights), MemoryMarshal.Cast<byte, ushort>(mask), MemoryMarshal.Cast<byte, ushort>(product), 0x3C00, 0x7C00, changes),
            ElementType.BFloat16 => Apply<ushort>(MemoryMarshal.Cast<byte, ushort>(weights), MemoryMarshal.Cast<byte, ushort>(mask), MemoryMarshal.Cast<byte, ushort>(product), 0x3F80, 0x7F80, changes),
            ElementType.Float32 => Apply<uint>(MemoryMarshal.Cast<byte, uint>(weights), MemoryMarshal.Cast<byte, uint>(mask), MemoryMarshal.Cast<byte, uint>(product), 0x3F800000, 0x7F800000, changes),
            _ => Apply<ulong>(MemoryMarshal.Cast<byte, ulong>(weights), MemoryMarshal.Cast<byte, ulong>(mask), MemoryMarshal.Cast<byte, ulong>(product), 0x3FF0000000000000, 0x7FF0000000000000, changes),
        };
    }

    // Lane by lane: keep = all ones where the mask's bits are those of 1. What is neither 1 nor ±0 is another number. Exponents of all
    // ones mark ∞ and NaN. The tail does the same on single numbers.
    private static MaskedFacts Apply<T>(ReadOnlySpan<T> weights, ReadOnlySpan<T> mask, Span<T> product, T one, T infinity, bool changes)
        where T : unmanaged, IBinaryInteger<T>
    {
        var ones = Vector256.Create(one);
        var exponents = Vector256.Create(infinity);
        Vector256<T> others = default, nonFinite = default;
        int lanes = Vector256<T>.Count, i = 0;
        for (; i + lanes <= weights.Length; i += lanes)
        {
            var w = Vector256.Create(weights.Slice(i, lanes));
            var m = Vector256.Create(mask.Slice(i, lanes));
            var keep = Vector256.Equals(m, ones);
            others |= ~(keep | Vector256.Equals(m + m, Vector256<T>.Zero));
            nonFinite |= Vector256.Equals(w & exponents, exponents) & ~keep;
            var kept = w & keep;
            var there = product.Slice(i, lanes);
            if (!changes || kept != Vector256.Create<T>(there))
                kept.CopyTo(there);
        }

        bool hasOthers = others != Vector256<T>.Zero, prunesNonFinite = nonFinite != Vector256<T>.Zero;
        for (; i < weights.Length; i++)
        {
            bool keep = mask[i] == one;
            hasOthers |= !keep && mask[i] + mask[i] != T.Zero;
            prunesNonFinite |= !keep && (weights[i] & infinity) == infinity;
            T kept = keep ? weights[i] : T.Zero;
            if (!changes || product[i] != kept)
                product[i] = kept;
        }

        return new(hasOthers, prunesNonFinite);
    }
}
