using System.Numerics;

namespace PruneSharp;

/// <content>Exchange with 0/1 tensors.</content>
public sealed partial class Mask
{
    /// <summary>Reads a tensor of zeros and ones, row-major, of any number type.</summary>
    /// <param name="values">One value a weight: 0 = pruned, 1 = keep; −0 counts as 0.</param>
    /// <param name="shape">Dimensions of the tensor.</param>
    /// <exception cref="ArgumentException">A value is neither 0 nor 1 (the first one is named), or the count does not fit the shape.</exception>
    public static Mask FromTensor<T>(ReadOnlySpan<T> values, params IEnumerable<long> shape)
        where T : unmanaged, INumberBase<T>
    {
        var mask = Zeros(shape);
        if (values.Length != mask.Length)
            throw new ArgumentException($"{values.Length} values do not fill shape [{string.Join(", ", mask.Shape)}] = {mask.Length} weights.", nameof(values));
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] == T.One)
                mask._words[i >> 6] |= 1UL << i;
            else if (!T.IsZero(values[i]))
                throw new ArgumentException($"Mask value [{i}] is {values[i]}; a mask holds only 0 (pruned) and 1 (keep).", nameof(values));
        }

        return mask;
    }

    /// <summary>Reads one truth value a weight, row-major: true = keep.</summary>
    /// <exception cref="ArgumentException">The count does not fit the shape.</exception>
    public static Mask FromBooleans(ReadOnlySpan<bool> values, params IEnumerable<long> shape) =>
        FromTensor(System.Runtime.InteropServices.MemoryMarshal.Cast<bool, byte>(values), shape);

    /// <summary>Writes 0 and 1, row-major.</summary>
    /// <param name="first">0-based flat index of the first weight to write.</param>
    /// <param name="values">Receives one value a weight.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the mask.</exception>
    public void CopyTo<T>(long first, Span<T> values)
        where T : unmanaged, INumberBase<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(values.Length, Length - first, nameof(values));
        for (int i = 0; i < values.Length; i++)
            values[i] = (_words[(first + i) >> 6] >> (int)(first + i) & 1) != 0 ? T.One : T.Zero;
    }

    /// <summary>A new array of 0 and 1, row-major.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The mask has more weights than an array can hold.</exception>
    public T[] ToTensor<T>()
        where T : unmanaged, INumberBase<T>
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Length, Array.MaxLength, nameof(Length));
        var values = new T[Length];
        CopyTo(0, values.AsSpan());
        return values;
    }
}
