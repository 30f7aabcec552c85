using System.Buffers.Binary;
using System.Text;

namespace PruneSharp;

/// <summary>
/// Writes a zip archive of stored files as <c>torch.save</c> does: each file's bytes begin at a multiple of 64, by a padding field "FB" in
/// its header, and its checksum follows them, so that the output need not seek. ZIP64 is used where a number needs it.
/// </summary>
/// <param name="output">Written to from where it stands.</param>
/// <param name="wideFrom">Numbers from here on are written as ZIP64; the format asks for it from 2^32 - 1.</param>
/// <param name="cancellation">Stops the work.</param>
internal sealed class ZipStoredWriter(Stream output, long wideFrom, CancellationToken cancellation)
{
    private const int Alignment = 64;
    private const ushort Utf8AndTrailer = 0x0808, Version = 20, WideVersion = 45, FirstDay = 0x21;

    private readonly MemoryStream _directory = new();
    private long _position;
    private long _count;

    /// <summary>Writes one file.</summary>
    /// <exception cref="InvalidOperationException">It is not as long as it says.</exception>
    public void Add(string name, long bytes, Action<Stream> write)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        bool wide = bytes >= wideFrom;
        long header = _position;
        Header(utf8, bytes, wide);

        var body = new CrcStream(output);
        using (var counted = new CountedStream(body, name, bytes, cancellation))
        {
            write(counted);
            counted.CheckFull();
        }

        var trailer = new MemoryStream();
        Put(trailer, 0x08074b50, 4);
        Put(trailer, body.Crc, 4);
        Put(trailer, bytes, wide ? 8 : 4);
        Put(trailer, bytes, wide ? 8 : 4);
        trailer.WriteTo(output);
        _position += bytes + trailer.Length;
        AddToDirectory(utf8, bytes, header, body.Crc);
        _count++;
    }

    /// <summary>Writes the directory.</summary>
    public void Finish()
    {
        long begin = _position, size = _directory.Length;
        bool wide = begin >= wideFrom || size >= wideFrom || _count >= ushort.MaxValue;
        _directory.WriteTo(output);
        var end = new MemoryStream();
        if (wide)
        {
            Put(end, 0x06064b50, 4);
            Put(end, 44, 8);
            Put(end, WideVersion, 2);
            Put(end, WideVersion, 2);
            Put(end, 0, 8);
            Put(end, _count, 8);
            Put(end, _count, 8);
            Put(end, size, 8);
            Put(end, begin, 8);
            Put(end, 0x07064b50, 4);
            Put(end, 0, 4);
            Put(end, begin + size, 8);
            Put(end, 1, 4);
        }

        Put(end, 0x06054b50, 4);
        Put(end, 0, 4);
        Put(end, wide ? ushort.MaxValue : _count, 2);
        Put(end, wide ? ushort.MaxValue : _count, 2);
        Put(end, wide ? uint.MaxValue : size, 4);
        Put(end, wide ? uint.MaxValue : begin, 4);
        Put(end, 0, 2);
        end.WriteTo(output);
    }

    private void Header(byte[] name, long bytes, bool wide)
    {
        var header = new MemoryStream();
        Put(header, 0x04034b50, 4);
        PutCommon(header, wide, crc: 0);
        Put(header, wide ? uint.MaxValue : 0, 4);
        Put(header, wide ? uint.MaxValue : 0, 4);
        Put(header, name.Length, 2);
        int wideBytes = wide ? 20 : 0;
        long unpadded = _position + header.Length + 2 + name.Length + wideBytes + 4;
        int padding = (int)(-unpadded & (Alignment - 1));
        Put(header, wideBytes + 4 + padding, 2);
        header.Write(name);
        if (wide)
        {
            Put(header, 1, 2);
            Put(header, 16, 2);
            Put(header, bytes, 8);
            Put(header, bytes, 8);
        }

        header.Write("FB"u8);
        Put(header, padding, 2);
        for (int i = 0; i < padding; i++)
            header.WriteByte((byte)'Z');
        header.WriteTo(output);
        _position += header.Length;
    }

    private void AddToDirectory(byte[] name, long bytes, long header, uint crc)
    {
        bool wideBytes = bytes >= wideFrom, wideHeader = header >= wideFrom;
        int extra = (wideBytes ? 16 : 0) + (wideHeader ? 8 : 0);
        Put(_directory, 0x02014b50, 4);
        Put(_directory, extra > 0 ? WideVersion : Version, 2);
        PutCommon(_directory, extra > 0, crc);
        Put(_directory, wideBytes ? uint.MaxValue : bytes, 4);
        Put(_directory, wideBytes ? uint.MaxValue : bytes, 4);
        Put(_directory, name.Length, 2);
        Put(_directory, extra > 0 ? extra + 4 : 0, 2);
        Put(_directory, 0, 8);
        Put(_directory, 0, 2);
        Put(_directory, wideHeader ? uint.MaxValue : header, 4);
        _directory.Write(name);
        if (extra == 0)
            return;
        Put(_directory, 1, 2);
        Put(_directory, extra, 2);
        Put(_directory, bytes, wideBytes ? 8 : 0);
        Put(_directory, bytes, wideBytes ? 8 : 0);
        Put(_directory, header, wideHeader ? 8 : 0);
    }

    // Version, flags, method, time, date and checksum.
    private static void PutCommon(MemoryStream stream, bool wide, uint crc)
    {
        Put(stream, wide ? WideVersion : Version, 2);
        Put(stream, Utf8AndTrailer, 2);
        Put(stream, 0, 4);
        Put(stream, FirstDay, 2);
        Put(stream, crc, 4);
    }

    private static void Put(MemoryStream stream, long value, int bytes)
    {
        Span<byte> all = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(all, value);
        stream.Write(all[..bytes]);
    }
}
