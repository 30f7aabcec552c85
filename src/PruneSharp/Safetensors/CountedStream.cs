namespace PruneSharp;

/// <summary>Passes writes on and refuses more or fewer bytes than an entry has; the stream behind it stays open.</summary>
internal sealed class CountedStream(Stream output, string name, long bytes, CancellationToken cancellation) : WriteOnlyStream
{
    private long _written;

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

    public override void Flush() => output.Flush();
}
