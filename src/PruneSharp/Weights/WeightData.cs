namespace PruneSharp;

/// <summary>
/// The stored values of one tensor, read in pieces so that a tensor may be larger than memory. Implementations are safe to read from
/// several threads at once.
/// </summary>
public abstract class WeightData
{
    /// <summary>Creates data of <paramref name="length"/> weights.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    protected WeightData(ElementType type, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Type = type;
        Length = length;
    }

    /// <summary>How each weight is stored, little-endian.</summary>
    public ElementType Type { get; }

    /// <summary>Number of weights.</summary>
    public long Length { get; }

    /// <summary>
    /// The bytes of weights <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1: either a view of memory
    /// that is already there, or <paramref name="buffer"/> filled.
    /// </summary>
    /// <param name="first">0-based index of the first weight.</param>
    /// <param name="count">Weights to read; the range must lie inside the data.</param>
    /// <param name="buffer">At least <paramref name="count"/> × the element size in bytes.</param>
    public abstract ReadOnlySpan<byte> Read(long first, int count, Span<byte> buffer);

    /// <summary>Weights <paramref name="first"/> … as numbers, widened exactly.</summary>
    /// <param name="first">0-based index of the first weight.</param>
    /// <param name="values">Receives the weights; the range must lie inside the data.</param>
    public void ReadValues(long first, Span<double> values) =>
        WeightValues.ToDouble(Read(first, values.Length, new byte[values.Length * Type.Bytes()]), Type, values);

    /// <summary>Data over an array; not copied, so the array must not change while it is in use.</summary>
    public static WeightData Of(ReadOnlyMemory<float> values) => new MemoryWeightData<float>(ElementType.Float32, values);

    /// <inheritdoc cref="Of(ReadOnlyMemory{float})"/>
    public static WeightData Of(ReadOnlyMemory<double> values) => new MemoryWeightData<double>(ElementType.Float64, values);

    /// <inheritdoc cref="Of(ReadOnlyMemory{float})"/>
    public static WeightData Of(ReadOnlyMemory<Half> values) => new MemoryWeightData<Half>(ElementType.Float16, values);

    /// <summary>Data over raw little-endian bytes of any element type; not copied.</summary>
    /// <exception cref="ArgumentException">The bytes are not a whole number of elements.</exception>
    public static WeightData Of(ReadOnlyMemory<byte> bytes, ElementType type)
    {
        if (bytes.Length % type.Bytes() != 0)
            throw new ArgumentException($"{bytes.Length} bytes are not a whole number of {type} weights ({type.Bytes()} bytes each).", nameof(bytes));
        return new MemoryWeightData<byte>(type, bytes);
    }
}
