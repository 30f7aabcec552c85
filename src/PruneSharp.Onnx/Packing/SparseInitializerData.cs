namespace PruneSharp.Onnx;

/// <summary>A sparse initializer as dense data: survivors of the range that is read are put among zeros, so memory holds no more than the file has.</summary>
internal sealed class SparseInitializerData(WeightData values, long length, Func<long[]> indices) : WeightData(values.Type, length)
{
    private readonly Lazy<long[]> _indices = new(indices);

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Read(long first, int count, Span<byte> buffer)
    {
        int size = Type.Bytes();
        var dense = buffer[..(count * size)];
        dense.Clear();
        long[] all = _indices.Value;
        int start = Array.BinarySearch(all, first);
        start = start < 0 ? ~start : start;
        Span<byte> value = stackalloc byte[sizeof(double)];
        for (int i = start; i < all.Length && all[i] < first + count; i++)
            values.Read(i, 1, value)[..size].CopyTo(dense[(int)((all[i] - first) * size)..]);
        return dense;
    }
}
