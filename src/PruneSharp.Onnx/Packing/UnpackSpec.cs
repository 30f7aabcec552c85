namespace PruneSharp.Onnx;

/// <summary>One packed weight: everything that its unpacking nodes depend on.</summary>
/// <param name="Name">Name of the rebuilt weight.</param>
/// <param name="Shape">Its dims.</param>
/// <param name="Type">Its type.</param>
/// <param name="Positions">How positions are stored.</param>
/// <param name="Values">How values are stored.</param>
/// <param name="Entries">The codebook as stored weights; null where values are no codes.</param>
/// <param name="Chunks">Runs of at most <see cref="SparseChunk.MostLength"/> weights.</param>
internal sealed record UnpackSpec(
    string Name, IReadOnlyList<long> Shape, ElementType Type, PositionEncoding Positions, ValueEncoding Values, byte[]? Entries, IReadOnlyList<UnpackChunk> Chunks)
{
    /// <summary>Weights in all.</summary>
    public long Length => Chunks.Sum(c => (long)c.Length);
}
