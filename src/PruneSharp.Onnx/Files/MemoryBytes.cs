namespace PruneSharp.Onnx;

/// <summary>Bytes in memory.</summary>
internal sealed class MemoryBytes(string name, ReadOnlyMemory<byte> bytes) : ByteSource(name, bytes.Length)
{
    public override void Read(long offset, Span<byte> buffer)
    {
        if (offset + buffer.Length > Length)
            throw new InvalidModelException(Name, $"the data ends at byte {Length}; bytes {offset} to {offset + buffer.Length} were asked for.");
        bytes.Span.Slice((int)offset, buffer.Length).CopyTo(buffer);
    }
}
