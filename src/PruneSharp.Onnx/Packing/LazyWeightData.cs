namespace PruneSharp.Onnx;

/// <summary>Dense weights that are made when they are first read.</summary>
internal sealed class LazyWeightData(ElementType type, long length, Func<byte[]> make) : WeightData(type, length)
{
    private readonly Lazy<byte[]> _bytes = new(make);

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Read(long first, int count, Span<byte> buffer) =>
        _bytes.Value.AsSpan((int)(first * Type.Bytes()), count * Type.Bytes());
}
