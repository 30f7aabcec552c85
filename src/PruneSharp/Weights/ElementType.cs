namespace PruneSharp;

/// <summary>How one weight is stored.</summary>
public enum ElementType
{
    /// <summary>IEEE 754 binary32, 4 bytes.</summary>
    Float32,

    /// <summary>IEEE 754 binary64, 8 bytes.</summary>
    Float64,

    /// <summary>IEEE 754 binary16, 2 bytes.</summary>
    Float16,

    /// <summary>The upper half of a binary32, 2 bytes.</summary>
    BFloat16,
}
