namespace PruneSharp;

/// <summary>Reads a tensor's stored bytes from front to back through one buffer, so that many short rows are few reads of the file.</summary>
internal sealed class TensorCursor(SafetensorsFile file, SafetensorsTensor tensor)
{
    /// <summary>Most bytes of one <see cref="Take"/>.</summary>
    public const int MostBytes = 1 << 18;

    private readonly byte[] _buffer = new byte[Math.Min(MostBytes, tensor.Bytes)];
    private int _start, _end;
    private long _read;

    /// <summary>The next bytes, which must not be behind the tensor's end; valid until the next call.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        int held = _end - _start;
        if (held < count)
        {
            _buffer.AsSpan(_start, held).CopyTo(_buffer);
            int more = (int)Math.Min(_buffer.Length - held, tensor.Bytes - _read);
            file.Read(tensor, _read, _buffer.AsSpan(held, more));
            _read += more;
            (_start, _end) = (0, held + more);
        }

        _start += count;
        return _buffer.AsSpan(_start - count, count);
    }
}
