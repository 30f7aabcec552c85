namespace PruneSharp;

/// <summary>How a PyTorch file stores one element: its dtype, named by the storage class that holds such elements.</summary>
public sealed record PyTorchType
{
    private PyTorchType(string name, string storage, int bytes)
    {
        Name = name;
        Storage = storage;
        Bytes = bytes;
    }

    /// <summary>Every type that a file may use.</summary>
    public static IReadOnlyList<PyTorchType> All { get; } =
    [
        new("float32", "FloatStorage", 4), new("float64", "DoubleStorage", 8), new("float16", "HalfStorage", 2),
        new("bfloat16", "BFloat16Storage", 2), new("int64", "LongStorage", 8), new("int32", "IntStorage", 4),
        new("int16", "ShortStorage", 2), new("int8", "CharStorage", 1), new("uint8", "ByteStorage", 1), new("bool", "BoolStorage", 1),
        new("complex64", "ComplexFloatStorage", 8), new("complex128", "ComplexDoubleStorage", 16),
    ];

    /// <summary>Name of the dtype in PyTorch, such as <c>float32</c>.</summary>
    public string Name { get; }

    /// <summary>Bytes of one element, little-endian; a complex number is its real part, then its imaginary part.</summary>
    public int Bytes { get; }

    /// <summary>Name of its storage class in PyTorch's module <c>torch</c>.</summary>
    internal string Storage { get; }

    /// <summary>The type of a dtype's name; null where there is none.</summary>
    public static PyTorchType? Find(string name) => All.FirstOrDefault(t => t.Name == name);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
