namespace PruneSharp.Onnx;

/// <summary>One weight with everything that choosing and writing its encoding needs.</summary>
internal sealed class PackableWeight
{
    private PackableWeight(ModelWeight weight, ValueChoice choice)
    {
        Weight = weight;
        Choice = choice;
        Chunks = new(weight.Weights.Data, choice.Values.KeepsNegativeZeros);
    }

    /// <summary>The weight.</summary>
    public ModelWeight Weight { get; }

    /// <summary>How values are stored.</summary>
    public ValueChoice Choice { get; }

    /// <summary>How values are stored, by name.</summary>
    public ValueEncoding Values => Choice.Values;

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

    /// <summary>Chooses how values are kept, and reads the weight once more to see how survivors are spread.</summary>
    public static PackableWeight Of(ModelWeight weight, ValueEncoding values, CancellationToken cancellation) =>
        new PackableWeight(weight, ValueChoice.Of(weight.Weights.Data, values, cancellation)).Scan(cancellation);

    /// <summary>The bytes of a chunk's values before they are packed into words: stored weights, 16-bit floats or codes.</summary>
    public byte[] ValueBytes(int chunk)
    {
        var stored = Chunks.Chunk(chunk).Values;
        if (Choice.Codebook is not null)
            return Choice.Codebook.Codes(stored);
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
