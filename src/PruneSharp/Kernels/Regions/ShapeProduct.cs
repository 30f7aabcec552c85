namespace PruneSharp.Kernels;

/// <summary>Multiplies dimensions.</summary>
internal static class ShapeProduct
{
    /// <summary>The number of elements of a shape; 1 for none.</summary>
    /// <exception cref="OverflowException">It is more than a long holds.</exception>
    public static long Product(this ReadOnlySpan<long> shape)
    {
        long product = 1;
        foreach (long size in shape) product = checked(product * size);
        return product;
    }

    /// <inheritdoc cref="Product(ReadOnlySpan{long})"/>
    public static long Product(this Span<long> shape) => Product((ReadOnlySpan<long>)shape);
}
