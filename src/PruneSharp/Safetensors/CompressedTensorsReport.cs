namespace PruneSharp;

/// <summary>What <see cref="CompressedTensors"/> did. Sizes are those of the data; headers are not counted.</summary>
/// <param name="Tensors">One line for each dense tensor, in the input's order.</param>
public sealed record CompressedTensorsReport(IReadOnlyList<CompressedTensorReport> Tensors)
{
    /// <summary>Data of all tensors in the input.</summary>
    public long BytesBefore => Tensors.Sum(t => t.BytesBefore);

    /// <summary>Data of all tensors in the output.</summary>
    public long BytesAfter => Tensors.Sum(t => t.BytesAfter);
}
