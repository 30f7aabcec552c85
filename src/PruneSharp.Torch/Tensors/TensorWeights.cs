namespace PruneSharp.Torch;

/// <summary>The core's view of a tensor's memory; nothing is copied.</summary>
internal sealed class TensorWeights(DenseTensor tensor) : WeightData(tensor.Type, tensor.Length)
{
    public override ReadOnlySpan<byte> Read(long first, int count, Span<byte> buffer) => tensor.Bytes(first, count);
}
