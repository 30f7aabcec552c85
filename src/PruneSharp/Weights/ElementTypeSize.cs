namespace PruneSharp;

/// <summary>Sizes of stored weights.</summary>
public static class ElementTypeSize
{
    /// <summary>Bytes of one stored weight: 2, 4 or 8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a defined <see cref="ElementType"/>.</exception>
    public static int Bytes(this ElementType type) => type switch
    {
        ElementType.Float32 => sizeof(float),
        ElementType.Float64 => sizeof(double),
        ElementType.Float16 or ElementType.BFloat16 => sizeof(ushort),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Use one of the defined element types."),
    };
}
