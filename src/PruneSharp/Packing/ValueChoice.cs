namespace PruneSharp;

/// <summary>How the values of one tensor are kept: as asked, or losslessly where the tensor holds some that could not be.</summary>
/// <param name="Values">How values are kept.</param>
/// <param name="Codebook">The tensor's codebook, where values are codes.</param>
/// <param name="Reason">Why values are not kept as asked; null where they are.</param>
public sealed record ValueChoice(ValueEncoding Values, Codebook? Codebook = null, string? Reason = null)
{
    /// <summary>Every bit is kept.</summary>
    public static ValueChoice Exact { get; } = new(ValueEncoding.Exact);

    /// <summary>Reads a tensor as often as the choice needs.</summary>
    /// <param name="data">The tensor.</param>
    /// <param name="wanted">What was asked for.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static ValueChoice Of(WeightData data, ValueEncoding wanted, CancellationToken cancellation = default)
    {
        if (wanted == ValueEncoding.Half && data.Type.Bytes() == sizeof(ushort))
            return new(ValueEncoding.Equal);
        if (wanted == ValueEncoding.Half && SparseChunk.All(data, keepNegativeZeros: false).Any(HalfValues.Overflow))
            return Lossless("holds values beyond 65504, the largest 16-bit float");
        if (wanted.CodebookBits == 0)
            return new(wanted);
        long survivors = 0;
        foreach (var chunk in SparseChunk.All(data, keepNegativeZeros: false))
        {
            cancellation.ThrowIfCancellationRequested();
            survivors += chunk.Positions.Length;
        }

        return PruneSharp.Codebook.Fit(SparseChunk.All(data, keepNegativeZeros: false), survivors, wanted.CodebookBits, data.Type) is { } codebook
            ? new(wanted, codebook)
            : Lossless("holds values that are infinite or no numbers, which a codebook cannot stand for");

        static ValueChoice Lossless(string reason) => new(ValueEncoding.Equal, Reason: reason + "; its values are stored exactly");
    }
}
