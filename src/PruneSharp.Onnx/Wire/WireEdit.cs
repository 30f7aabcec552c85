namespace PruneSharp.Onnx;

/// <summary>Replaces one range of the file.</summary>
/// <param name="Owner">The innermost message that holds the range.</param>
/// <param name="Start">Offset of the first replaced byte; with <paramref name="Length"/> 0 the place of an insertion.</param>
/// <param name="Length">Bytes that are replaced.</param>
/// <param name="NewLength">Bytes that take their place.</param>
/// <param name="Write">Writes exactly <paramref name="NewLength"/> bytes.</param>
internal sealed record WireEdit(WireMessage Owner, long Start, long Length, long NewLength, Action<Stream> Write)
{
    /// <summary>A replacement that is already in memory.</summary>
    public static WireEdit Of(WireMessage owner, long start, long length, byte[] bytes) =>
        new(owner, start, length, bytes.Length, stream => stream.Write(bytes));

    /// <summary>Takes a whole message out, with its tag and length.</summary>
    public static WireEdit Removing(WireMessage message) => Of(message.Parent!, message.TagStart, message.End - message.TagStart, []);
}
