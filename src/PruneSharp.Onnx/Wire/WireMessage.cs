namespace PruneSharp.Onnx;

/// <summary>The place of one length-delimited message in the file, and of those around it.</summary>
/// <param name="Parent">The message around it; null for the model itself, which has no length prefix.</param>
/// <param name="TagStart">Offset of the tag.</param>
/// <param name="PrefixStart">Offset of the length prefix, behind the tag.</param>
/// <param name="Start">Offset of the content.</param>
/// <param name="Length">Bytes of the content.</param>
internal sealed record WireMessage(WireMessage? Parent, long TagStart, long PrefixStart, long Start, long Length)
{
    /// <summary>Offset behind the content.</summary>
    public long End => Start + Length;

    /// <summary>How many messages are around it.</summary>
    public int Depth { get; } = Parent is null ? 0 : Parent.Depth + 1;
}
