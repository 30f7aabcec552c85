namespace PruneSharp.Onnx;

/// <summary>One field of a protobuf message as it stands in the file.</summary>
/// <param name="Number">Field number.</param>
/// <param name="Type">Wire type.</param>
/// <param name="Start">Offset of the tag.</param>
/// <param name="PrefixStart">Offset behind the tag: of the length prefix where there is one.</param>
/// <param name="ContentStart">Offset behind the tag and, for length-delimited fields, behind the length.</param>
/// <param name="ContentLength">Bytes of the content.</param>
/// <param name="Value">The value of a varint, else 0.</param>
internal readonly record struct WireField(int Number, WireType Type, long Start, long PrefixStart, long ContentStart, long ContentLength, ulong Value)
{
    /// <summary>Offset behind the field.</summary>
    public long End => ContentStart + ContentLength;
}
