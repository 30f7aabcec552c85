namespace PruneSharp.Onnx;

/// <summary>
/// Reads the fields of messages without reading their contents: every length is checked against the message around it before anything
/// is done with it. Keeps one small window of the file, so memory does not depend on what the file claims.
/// </summary>
internal sealed class WireCursor(ByteSource source, int windowSize = 1 << 16)
{
    private readonly byte[] _window = new byte[(int)Math.Min(source.Length, windowSize)];
    private long _windowStart;
    private int _windowLength;

    /// <summary>The fields of a message, in file order.</summary>
    /// <exception cref="InvalidModelException">A tag, length or value is malformed or leaves the message.</exception>
    public IEnumerable<WireField> Fields(WireMessage message)
    {
        long at = message.Start;
        while (at < message.End)
        {
            var field = Field(at, message.End);
            yield return field;
            at = field.End;
        }
    }

    /// <summary>Copies the bytes of a whole field.</summary>
    public byte[] Bytes(WireField field)
    {
        var bytes = new byte[field.End - field.Start];
        source.Read(field.Start, bytes);
        return bytes;
    }

    /// <summary>Reads one varint.</summary>
    /// <param name="at">Offset of its first byte; moved behind it.</param>
    /// <param name="end">Offset that it must not pass.</param>
    public ulong Varint(ref long at, long end)
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (at >= end)
                throw new InvalidModelException(source.Name, $"a number is cut off at byte {at}. The file is truncated or is not ONNX.");
            byte next = ByteAt(at++);
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw new InvalidModelException(source.Name, $"a number before byte {at} is longer than 10 bytes. The file is damaged or is not ONNX.");
    }

    private WireField Field(long start, long end)
    {
        long at = start;
        ulong tag = Varint(ref at, end);
        var type = (WireType)(tag & 7);
        if (tag >> 3 is 0 or > 0x1FFFFFFF)
            throw new InvalidModelException(source.Name, $"byte {start} holds field number {tag >> 3}, which protobuf does not allow. The file is damaged or is not ONNX.");
        int number = (int)(tag >> 3);
        long prefixStart = at;
        switch (type)
        {
            case WireType.Varint:
                ulong value = Varint(ref at, end);
                return new(number, type, start, prefixStart, prefixStart, at - prefixStart, value);
            case WireType.Fixed32 or WireType.Fixed64:
                return Checked(number, type, start, prefixStart, at, type == WireType.Fixed32 ? 4UL : 8UL, end);
            case WireType.LengthDelimited:
                ulong length = Varint(ref at, end);
                return Checked(number, type, start, prefixStart, at, length, end);
            default:
                throw new InvalidModelException(source.Name, $"byte {start} holds wire type {(int)type}, which ONNX does not use. The file is damaged or is not ONNX.");
        }
    }

    private WireField Checked(int number, WireType type, long start, long prefixStart, long contentStart, ulong length, long end)
    {
        if (length > (ulong)(end - contentStart))
            throw new InvalidModelException(source.Name, $"field {number} at byte {start} claims {length} bytes, but only {end - contentStart} are left. The file is truncated or damaged.");
        return new(number, type, start, prefixStart, contentStart, (long)length, 0);
    }

    private byte ByteAt(long at)
    {
        if (at < _windowStart || at >= _windowStart + _windowLength)
        {
            _windowStart = at;
            _windowLength = (int)Math.Min(_window.Length, source.Length - at);
            source.Read(at, _window.AsSpan(0, _windowLength));
        }

        return _window[at - _windowStart];
    }
}
