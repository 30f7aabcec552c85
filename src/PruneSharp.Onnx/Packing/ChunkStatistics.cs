namespace PruneSharp.Onnx;

/// <summary>What is known of one chunk before it is written.</summary>
/// <param name="Length">Weights.</param>
/// <param name="Advances">How its survivors are spread.</param>
internal sealed record ChunkStatistics(int Length, AdvanceHistogram Advances)
{
    /// <summary>Weights that are stored.</summary>
    public int Survivors => (int)Advances.Survivors;
}
