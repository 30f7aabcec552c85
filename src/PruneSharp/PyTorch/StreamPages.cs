namespace PruneSharp;

/// <summary>Reads of a stream at any place; short ones through pages that are kept, since views with strides read a few bytes here and there.</summary>
internal sealed class StreamPages(Stream stream)
{
    private const int PageBytes = 1 << 12;
    private const int MostPages = 1 << 14;

    private readonly Dictionary<long, byte[]> _pages = [];

    /// <summary>Fills the destination with the bytes from a position.</summary>
    /// <returns>How many bytes there are, which is less than asked for only where the stream ends.</returns>
    public int Read(long position, Span<byte> destination)
    {
        if (destination.Length >= PageBytes)
        {
            stream.Position = position;
            return stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        }

        int read = 0;
        while (read < destination.Length)
        {
            var (index, start) = Math.DivRem(position + read, PageBytes);
            var page = Page(index);
            if (start >= page.Length)
                break;
            var piece = page.AsSpan((int)start);
            piece = piece[..Math.Min(piece.Length, destination.Length - read)];
            piece.CopyTo(destination[read..]);
            read += piece.Length;
        }

        return read;
    }

    private byte[] Page(long index)
    {
        if (_pages.TryGetValue(index, out var page))
            return page;
        if (_pages.Count == MostPages)
            _pages.Clear();
        page = new byte[PageBytes];
        stream.Position = index * PageBytes;
        int read = stream.ReadAtLeast(page, PageBytes, throwOnEndOfStream: false);
        return _pages[index] = read == PageBytes ? page : page[..read];
    }
}
