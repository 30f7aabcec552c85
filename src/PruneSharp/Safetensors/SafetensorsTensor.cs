namespace PruneSharp;

/// <summary>One tensor of a <see cref="SafetensorsFile"/>: where it lies and what it is, without its values.</summary>
/// <param name="Name">Name, unique in the file.</param>
/// <param name="Type">How each element is stored.</param>
/// <param name="Shape">Dimensions, row-major; empty for a scalar.</param>
/// <param name="Offset">Where it begins, in bytes from the start of the data.</param>
/// <param name="Bytes">Its size: the product of <paramref name="Shape"/> × the element size.</param>
public sealed record SafetensorsTensor(string Name, SafetensorsType Type, IReadOnlyList<long> Shape, long Offset, long Bytes)
{
    /// <summary>Number of elements.</summary>
    public long Length => Bytes / Type.Bytes;

    /// <summary>Elements of a shape.</summary>
    /// <exception cref="OverflowException">There are more than a 64-bit number can say.</exception>
    internal static long Count(IEnumerable<long> shape)
    {
        long count = 1;
        foreach (long dimension in shape)
            count = checked(count * dimension);
        return count;
    }
}
