namespace PruneSharp;

/// <summary>Passes writes on and refuses more or fewer bytes than an entry has; the stream behind it stays open.</summary>
internal sealed class CountedStream(Stream output, string name, long bytes, CancellationToken cancellation) : Stream
{
    private long _written;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => bytes;

    public override long Position
    {
        get => _written;
        set => throw new NotSupportedException();
    }

    /// <summary>Refuses an entry that wrote too little.</summary>
    public void CheckFull()
    {
        if (_written != bytes)
            throw new InvalidOperationException($"Entry {name} wrote {_written} bytes; it said {bytes}.");
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        cancellation.ThrowIfCancellationRequested();
        if (buffer.Length > bytes - _written)
            throw new InvalidOperationException($"Entry {name} wrote more than the {bytes} bytes that it said.");
        output.Write(buffer);
        _written += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => output.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
