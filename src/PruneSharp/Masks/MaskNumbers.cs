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
    private const int Parallel = 1 << 20;

    /// <summary>product[i] = weights[i] where the mask is 1, +0 where it is 0. Large tensors use all processors.</summary>
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
            ElementType.Float16 => Apply<ushort>(weights, mask, product, 0x3C00, 0x7C00, changes),
            ElementType.BFloat16 => Apply<ushort>(weights, mask, product, 0x3F80, 0x7F80, changes),
            ElementType.Float32 => Apply<uint>(weights, mask, product, 0x3F800000, 0x7F800000, changes),
            _ => Apply<ulong>(weights, mask, product, 0x3FF0000000000000, 0x7FF0000000000000, changes),
        };
    }

    private static unsafe MaskedFacts Apply<T>(ReadOnlySpan<byte> weights, ReadOnlySpan<byte> mask, Span<byte> product, T one, T infinity, bool changes)
        where T : unmanaged, IBinaryInteger<T>
    {
        int count = weights.Length / sizeof(T), pieces = (count + Parallel - 1) / Parallel;
        if (pieces < 2)
            return Piece(MemoryMarshal.Cast<byte, T>(weights), MemoryMarshal.Cast<byte, T>(mask), MemoryMarshal.Cast<byte, T>(product), one, infinity, changes);
        var found = new MaskedFacts[pieces];
        fixed (byte* weightBytes = weights, maskBytes = mask, productBytes = product)
        {
            T* w = (T*)weightBytes, m = (T*)maskBytes, p = (T*)productBytes;
            System.Threading.Tasks.Parallel.For(0, pieces, piece =>
            {
                int first = piece * Parallel, size = Math.Min(Parallel, count - first);
                found[piece] = Piece<T>(new(w + first, size), new(m + first, size), new(p + first, size), one, infinity, changes);
            });
        }

        return new(found.Any(f => f.HasOtherNumbers), found.Any(f => f.PrunesNonFinite));
    }

    // Lane by lane: keep = all ones where the mask's bits are those of 1. What is neither 1 nor ±0 is another number. Exponents of all
    // ones mark ∞ and NaN. The tail does the same on single numbers.
    private static MaskedFacts Piece<T>(ReadOnlySpan<T> weights, ReadOnlySpan<T> mask, Span<T> product, T one, T infinity, bool changes)
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
