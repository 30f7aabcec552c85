namespace PruneSharp.Onnx;

/// <summary>A weight read chunk by chunk, with the survivors of the last chunk kept: positions and values are written one after the other.</summary>
internal sealed class WeightChunks(WeightData data, bool keepNegativeZeros)
{
    private int _index = -1;
    private SparseChunk? _chunk;

    /// <summary>Chunks in the weight; at least one.</summary>
    public int Count => (int)Math.Max(1, (data.Length + SparseChunk.MostLength - 1) / SparseChunk.MostLength);

    /// <summary>How weights are stored.</summary>
    public ElementType Type => data.Type;

    /// <summary>Every chunk in order.</summary>
    public IEnumerable<SparseChunk> All => Enumerable.Range(0, Count).Select(Chunk);

    /// <summary>The survivors of one chunk.</summary>
    public SparseChunk Chunk(int index)
    {
        if (index == _index)
            return _chunk!;
        long first = (long)index * SparseChunk.MostLength;
        int count = (int)Math.Min(SparseChunk.MostLength, data.Length - first);
        var buffer = new byte[count * data.Type.Bytes()];
        _chunk = SparseChunk.Of(data.Read(first, count, buffer), data.Type, keepNegativeZeros);
        _index = index;
        return _chunk;
    }

    /// <summary>Lets go of the last chunk.</summary>
    public void Release() => (_index, _chunk) = (-1, null);
}
