namespace PruneSharp.Kernels;

/// <summary>From weights to a packed product.</summary>
internal static class VectorProductPacking
{
    private const float LargestScaled = 1 << 30;

    /// <summary>Checks the arguments and collects the non-zeros.</summary>
    public static SparseRows RowsOf(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int outCount, int inCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(outCount);
        ArgumentOutOfRangeException.ThrowIfNegative(inCount);
        if (weights.Length != (long)outCount * inCount)
            throw new ArgumentException($"There are {weights.Length} weights, not [{outCount}, {inCount}].", nameof(weights));
        if (!bias.IsEmpty && bias.Length != outCount)
            throw new ArgumentException($"There are {bias.Length} biases; {outCount} outputs need as many, or none.", nameof(bias));
        return new SparseRows(weights, outCount, inCount);
    }

    /// <summary>Packs in a format, or as interleaved rows where it does not fit.</summary>
    public static SparseVectorProduct Pack(SparseRows rows, ReadOnlySpan<float> bias, VectorProductFormat format, ValueStorage storage) =>
        CanScale(rows) ? storage switch
        {
            ValueStorage.Float32 => Pack<Float32Values>(rows, bias, format),
            ValueStorage.Float16 => Pack<Float16Values>(rows, bias, format),
            ValueStorage.Int8 => Pack<Int8Values>(rows, bias, format),
            _ => throw new ArgumentOutOfRangeException(nameof(storage), storage, "The value is not of the enumeration."),
        }
        : Pack<Float32Values>(rows, bias, format);

    private static SparseVectorProduct Pack<TValues>(SparseRows rows, ReadOnlySpan<float> bias, VectorProductFormat format)
        where TValues : struct, IStoredValues
    {
        if (format == VectorProductFormat.Window && WindowProduct<TValues>.IsSupported && rows.InCount >= WindowSteps.Width)
            return new WindowProduct<TValues>(rows, bias);
        return rows.InCount <= Columns16.MaxInCount
            ? Pack<Columns16, TValues>(rows, bias, format)
            : Pack<Columns32, TValues>(rows, bias, format);
    }

    private static SparseVectorProduct Pack<TColumns, TValues>(SparseRows rows, ReadOnlySpan<float> bias, VectorProductFormat format)
        where TColumns : struct, IStoredColumns where TValues : struct, IStoredValues => format switch
        {
            VectorProductFormat.Blocks4 => new BlockProduct<TColumns, TValues>(rows, bias, 4),
            VectorProductFormat.Blocks8 => new BlockProduct<TColumns, TValues>(rows, bias, 8),
            _ => new InterleavedProduct<TColumns, TValues>(rows, bias),
        };

    private static bool CanScale(SparseRows rows)
    {
        for (int row = 0; row < rows.OutCount; row++)
        {
            float largest = rows.LargestOf(row);
            if (largest != 0 && !(largest is >= 1 / LargestScaled and <= LargestScaled)) return false;
        }
        return true;
    }
}
