namespace PruneSharp;

/// <summary>Passes writes on and keeps their checksum; the stream behind it stays open.</summary>
internal sealed class CrcStream(Stream output) : WriteOnlyStream
{
    /// <summary>CRC-32 of everything written.</summary>
    public uint Crc { get; private set; }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Crc = Crc32.Append(Crc, buffer);
        output.Write(buffer);
    }

    public override void Flush() => output.Flush();
}
