using System.Buffers.Binary;

namespace PruneSharp;

/// <summary>
/// A safetensors file: 8 bytes of header length (little-endian), a JSON header, then the data of all tensors without holes. Only the header
/// is held; values are read on demand, from several threads at once if need be.
/// </summary>
public sealed class SafetensorsFile
{
    /// <summary>Longest header that is read, the limit of the safetensors library.</summary>
    public const int MostHeaderBytes = 100_000_000;

    private const int CopiedBytes = 1 << 20;

    private readonly Stream _stream;
    private readonly Lock _lock = new();
    private readonly long _dataStart;
    private readonly Dictionary<string, SafetensorsTensor> _byName;

    private SafetensorsFile(Stream stream, string name, long dataStart, SafetensorsHeader header)
    {
        _stream = stream;
        _dataStart = dataStart;
        Name = name;
        Tensors = [.. header.Tensors.OrderBy(t => t.Offset).ThenBy(t => t.Bytes)];
        Metadata = header.Metadata.AsReadOnly();
        _byName = Tensors.ToDictionary(t => t.Name);
    }

    /// <summary>The name that errors give the file.</summary>
    public string Name { get; }

    /// <summary>All tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>The header's <c>__metadata__</c>; empty where there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads and checks the header.</summary>
    /// <param name="stream">The file from its start to its end. It stays the caller's and must not change or be read elsewhere while in use.</param>
    /// <param name="name">What errors call the file.</param>
    /// <exception cref="ArgumentException"><paramref name="stream"/> cannot be read or cannot seek.</exception>
    /// <exception cref="InvalidModelException">The file is damaged, or tensors overlap, leave holes or do not fill the data.</exception>
    public static SafetensorsFile Open(Stream stream, string name)
    {
        if (!stream.CanRead || !stream.CanSeek)
            throw new ArgumentException("The stream must be readable and seekable.", nameof(stream));
        long size = stream.Length;
        if (size < sizeof(ulong))
            throw new InvalidModelException(name, $"{size} bytes are no safetensors file, which starts with 8 bytes of header length.");
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        stream.Position = 0;
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MostHeaderBytes)
            throw new InvalidModelException(name, $"the header length is {length}; the most is {MostHeaderBytes}. Is this a safetensors file?");
        if (length > (ulong)(size - prefix.Length))
            throw new InvalidModelException(name, $"the header length is {length}, but only {size - prefix.Length} bytes follow. Is the file cut off?");
        var header = new byte[length];
        stream.ReadExactly(header);
        long dataStart = prefix.Length + (long)length;
        var file = new SafetensorsFile(stream, name, dataStart, SafetensorsHeader.Read(header, name));
        file.CheckLayout(size - dataStart);
        return file;
    }

    /// <summary>The tensor of a name; null where there is none.</summary>
    public SafetensorsTensor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads part of a tensor's stored bytes.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <param name="offset">Bytes to skip within the tensor.</param>
    /// <param name="destination">Filled; the range must lie inside the tensor.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the tensor.</exception>
    /// <exception cref="InvalidModelException">The file has become shorter.</exception>
    public void Read(SafetensorsTensor tensor, long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, tensor.Bytes - destination.Length);
        lock (_lock)
        {
            _stream.Position = _dataStart + tensor.Offset + offset;
            int read = _stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
            if (read < destination.Length)
                throw new InvalidModelException(Name, $"the file ends inside tensor {tensor.Name}, at its byte {offset + read}.");
        }
    }

    /// <summary>Copies all stored bytes of a tensor, in pieces.</summary>
    internal void Copy(SafetensorsTensor tensor, Stream output)
    {
        var buffer = new byte[Math.Min(CopiedBytes, tensor.Bytes)];
        for (long offset = 0; offset < tensor.Bytes; offset += buffer.Length)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, tensor.Bytes - offset));
            Read(tensor, offset, piece);
            output.Write(piece);
        }
    }

    private void CheckLayout(long dataBytes)
    {
        long end = 0;
        string before = "the start of the data";
        foreach (var tensor in Tensors)
        {
            if (tensor.Offset != end)
            {
                string problem = tensor.Offset < end ? "overlaps" : "leaves a hole behind";
                throw new InvalidModelException(Name, $"tensor {tensor.Name} at data offset {tensor.Offset} {problem} {before}, which ends at {end}.");
            }

            end += tensor.Bytes;
            before = $"tensor {tensor.Name}";
            if (end > dataBytes)
                throw new InvalidModelException(Name, $"{before} at data offset {tensor.Offset} ends at {end}, but there are only {dataBytes} bytes of data.");
        }

        if (end < dataBytes)
            throw new InvalidModelException(Name, $"{dataBytes - end} bytes from data offset {end}, behind {before}, belong to no tensor.");
    }
}
