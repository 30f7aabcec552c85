namespace PruneSharp.Onnx;

/// <summary>One weight with everything that choosing and writing its encoding needs.</summary>
internal sealed class PackableWeight
{
    private PackableWeight(ModelWeight weight, ValueEncoding values, Codebook? codebook, string? reason)
    {
        Weight = weight;
        Values = values;
        Codebook = codebook;
        ValuesReason = reason;
        Chunks = new(weight.Weights.Data, values.KeepsNegativeZeros);
    }

    /// <summary>The weight.</summary>
    public ModelWeight Weight { get; }

    /// <summary>How values are stored.</summary>
    public ValueEncoding Values { get; }

    /// <summary>The codebook, where values are codes.</summary>
    public Codebook? Codebook { get; }

    /// <summary>Why values are not stored as asked; null where they are.</summary>
    public string? ValuesReason { get; }

    /// <summary>The weight's values.</summary>
    public WeightChunks Chunks { get; }

    /// <summary>One entry a chunk.</summary>
    public List<ChunkStatistics> Statistics { get; } = [];

    /// <summary>Weights in all.</summary>
    public long Length => Weight.Weights.Data.Length;

    /// <summary>How weights are stored.</summary>
    public ElementType Type => Weight.Weights.Data.Type;

    /// <summary>Weights that are stored.</summary>
    public long Survivors { get; private set; }

    /// <summary>Survivors that are −0.</summary>
    public long NegativeZeros { get; private set; }

    /// <summary>Reads the weight once.</summary>
    public static PackableWeight Of(ModelWeight weight, ValueEncoding values, CancellationToken cancellation)
    {
        var type = weight.Weights.Data.Type;
        if (type.Bytes() == sizeof(ushort) && values == ValueEncoding.Half)
            values = ValueEncoding.Equal;
        var packable = new PackableWeight(weight, values, null, null).Scan(cancellation);
        if (values == ValueEncoding.Half && packable.Chunks.All.Any(HalfValues.Overflow))
            return Plain("holds values beyond 65504, the largest 16-bit float");
        if (values.CodebookBits == 0)
            return packable;
        return Codebook.Fit(packable.Chunks.All, packable.Survivors, values.CodebookBits, type) is { } codebook
            ? new PackableWeight(weight, values, codebook, null).Scan(cancellation)
            : Plain("holds values that are infinite or no numbers, which a codebook cannot stand for");

        PackableWeight Plain(string reason) => new PackableWeight(weight, ValueEncoding.Equal, null, reason + "; its values are stored exactly").Scan(cancellation);
    }

    /// <summary>The bytes of a chunk's values before they are packed into words: stored weights, 16-bit floats or codes.</summary>
    public byte[] ValueBytes(int chunk)
    {
        var stored = Chunks.Chunk(chunk).Values;
        if (Codebook is not null)
            return Codebook.Codes(stored);
        return Values == ValueEncoding.Half ? HalfValues.Of(stored, Type) : stored.ToArray();
    }

    private PackableWeight Scan(CancellationToken cancellation)
    {
        for (int i = 0; i < Chunks.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var chunk = Chunks.Chunk(i);
            var advances = new AdvanceHistogram();
            advances.Add(chunk.Positions);
            Statistics.Add(new(chunk.Length, advances));
            Survivors += chunk.Positions.Length;
            if (Values.KeepsNegativeZeros)
                NegativeZeros += ZeroCount.Of(chunk.Values, Type);
        }

        return this;
    }
}
