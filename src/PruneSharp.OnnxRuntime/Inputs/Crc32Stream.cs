namespace PruneSharp.OnnxRuntime;

/// <summary>Reads through to another stream and carries the CRC-32 of what was read (polynomial 0xEDB88320, as in zip).</summary>
internal sealed class Crc32Stream(Stream source) : Stream
{
    private uint _register = uint.MaxValue;

    /// <summary>CRC-32 of everything read so far.</summary>
    public uint Crc32 => ~_register;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read = source.Read(buffer);
        foreach (byte b in buffer[..read])
            _register = (_register >> 8) ^ Table[(byte)(_register ^ b)];
        return read;
    }

    public override void Flush() => source.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static uint[] Table { get; } = MakeTable();

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint entry = i;
            for (int bit = 0; bit < 8; bit++)
                entry = (entry & 1) != 0 ? (entry >> 1) ^ 0xEDB88320 : entry >> 1;
            table[i] = entry;
        }

        return table;
    }
}
