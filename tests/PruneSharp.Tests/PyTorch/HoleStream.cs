namespace PruneSharp.Tests;

/// <summary>A large file in little memory: zeros but for a few pieces.</summary>
internal sealed class HoleStream(long length, params (long Offset, byte[] Bytes)[] pieces) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        buffer = buffer[..(int)Math.Min(buffer.Length, Math.Max(0, length - Position))];
        buffer.Clear();
        foreach (var (offset, bytes) in pieces)
        {
            long begin = Math.Max(offset, Position), end = Math.Min(offset + bytes.Length, Position + buffer.Length);
            if (begin < end)
                bytes.AsSpan((int)(begin - offset), (int)(end - begin)).CopyTo(buffer[(int)(begin - Position)..]);
        }

        Position += buffer.Length;
        return buffer.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
