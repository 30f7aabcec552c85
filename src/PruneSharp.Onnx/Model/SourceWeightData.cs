namespace PruneSharp.Onnx;

/// <summary>Weights that stand in a file, read when they are asked for.</summary>
internal sealed class SourceWeightData(ByteSource source, long offset, ElementType type, long length) : WeightData(type, length)
{
    public override ReadOnlySpan<byte> Read(long first, int count, Span<byte> buffer)
    {
        int size = Type.Bytes();
        var bytes = buffer[..(count * size)];
        source.Read(offset + first * size, bytes);
        return bytes;
    }
}
