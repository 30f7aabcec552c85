namespace PruneSharp;

/// <summary>Chooses how a tensor's values are kept in an archive.</summary>
internal static class ArchiveValues
{
    /// <summary>What was asked for, or lossless values where the tensor holds some that it cannot keep.</summary>
    public static (ValueEncoding Values, Codebook? Codebook) Choose(ArchiveInputTensor tensor, CancellationToken cancellation)
    {
        var (data, values) = (tensor.Data, tensor.Values);
        if (values == ValueEncoding.Half)
            return (data.Type.Bytes() == sizeof(ushort) || Chunks(data, false).Any(HalfValues.Overflow) ? ValueEncoding.Equal : values, null);
        if (values.CodebookBits == 0)
            return (values, null);
        long survivors = 0;
        foreach (var chunk in Chunks(data, false))
        {
            cancellation.ThrowIfCancellationRequested();
            survivors += chunk.Positions.Length;
        }

        var codebook = Codebook.Fit(Chunks(data, false), survivors, values.CodebookBits, data.Type);
        return codebook is null ? (ValueEncoding.Equal, null) : (values, codebook);
    }

    /// <summary>A tensor's chunks.</summary>
    public static IEnumerable<SparseChunk> Chunks(WeightData data, bool keepNegativeZeros)
    {
        for (long first = 0; first < data.Length; first += SparseChunk.MostLength)
        {
            int count = (int)Math.Min(SparseChunk.MostLength, data.Length - first);
            yield return SparseChunk.Of(data.Read(first, count, new byte[count * data.Type.Bytes()]), data.Type, keepNegativeZeros);
        }
    }
}
