namespace PruneSharp.Onnx;

/// <summary>A weight read chunk by chunk, with the survivors of the last chunk kept: positions and values are written one after the other.</summary>
internal sealed class WeightChunks(WeightData data, bool keepNegativeZeros)
{
    private int _index = -1;
    private SparseChunk? _chunk;

    /// <summary>Chunks in the weight; at least one.</summary>
    public int Count => (int)Math.Max(1, (data.Length + SparseChunk.MostLength - 1) / SparseChunk.MostLength);

    /// <summary>The survivors of one chunk.</summary>
    public SparseChunk Chunk(int index)
    {
        if (index == _index)
            return _chunk!;
        _chunk = SparseChunk.Of(data, (long)index * SparseChunk.MostLength, keepNegativeZeros);
        _index = index;
        return _chunk;
    }

    /// <summary>Lets go of the last chunk.</summary>
    public void Release() => (_index, _chunk) = (-1, null);
}
