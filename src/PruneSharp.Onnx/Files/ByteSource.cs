namespace PruneSharp.Onnx;

/// <summary>Bytes that can be read at any offset, from several threads at once.</summary>
internal abstract class ByteSource(string name, long length) : IDisposable
{
    /// <summary>What errors call it: a file name.</summary>
    public string Name { get; } = name;

    public long Length { get; } = length;

    /// <summary>Fills <paramref name="buffer"/> from <paramref name="offset"/>.</summary>
    /// <exception cref="InvalidModelException">The bytes end before the buffer is full.</exception>
    public abstract void Read(long offset, Span<byte> buffer);

    /// <summary>Copies a range in chunks.</summary>
    public void CopyTo(Stream destination, long offset, long count)
    {
        var buffer = new byte[Math.Min(count, 1 << 20)];
        while (count > 0)
        {
            var chunk = buffer.AsSpan(0, (int)Math.Min(buffer.Length, count));
            Read(offset, chunk);
            destination.Write(chunk);
            offset += chunk.Length;
            count -= chunk.Length;
        }
    }

    public virtual void Dispose()
    {
    }
}
