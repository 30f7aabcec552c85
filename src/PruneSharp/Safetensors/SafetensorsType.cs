namespace PruneSharp;

/// <summary>How a safetensors file stores one element: the <c>dtype</c> of its header.</summary>
public sealed record SafetensorsType
{
    private SafetensorsType(string name, int bytes, bool isFloat = false)
    {
        Name = name;
        Bytes = bytes;
        IsFloat = isFloat;
    }

    /// <summary>8-bit float with 4 exponent and 3 mantissa bits.</summary>
    public static SafetensorsType F8E4M3 { get; } = new("F8_E4M3", 1, true);

    /// <summary>8-bit float with 5 exponent and 2 mantissa bits.</summary>
    public static SafetensorsType F8E5M2 { get; } = new("F8_E5M2", 1, true);

    /// <summary>IEEE 754 binary16.</summary>
    public static SafetensorsType F16 { get; } = new("F16", 2, true);

    /// <summary>The upper half of a binary32.</summary>
    public static SafetensorsType BF16 { get; } = new("BF16", 2, true);

    /// <summary>IEEE 754 binary32.</summary>
    public static SafetensorsType F32 { get; } = new("F32", 4, true);

    /// <summary>IEEE 754 binary64.</summary>
    public static SafetensorsType F64 { get; } = new("F64", 8, true);

    /// <summary>Unsigned bytes.</summary>
    public static SafetensorsType U8 { get; } = new("U8", 1);

    /// <summary>Signed 64-bit integers.</summary>
    public static SafetensorsType I64 { get; } = new("I64", 8);

    /// <summary>Every type that a file may use.</summary>
    public static IReadOnlyList<SafetensorsType> All { get; } =
    [
        new("BOOL", 1), U8, new("I8", 1), F8E5M2, F8E4M3, new("I16", 2), new("U16", 2), F16, BF16,
        new("I32", 4), new("U32", 4), F32, F64, I64, new("U64", 8),
    ];

    /// <summary>Name in the header.</summary>
    public string Name { get; }

    /// <summary>Bytes of one element: 1, 2, 4 or 8, little-endian.</summary>
    public int Bytes { get; }

    /// <summary>Whether elements are floats, whose highest bit is the sign.</summary>
    public bool IsFloat { get; }

    /// <summary>The type of a name; null where there is none.</summary>
    public static SafetensorsType? Find(string name) => All.FirstOrDefault(t => t.Name == name);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
