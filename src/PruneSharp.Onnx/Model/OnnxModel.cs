using System.Security.Cryptography;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>
/// An ONNX file, open for reading. The graph is in memory, the tensors' values stay in the file and are read when asked for, so memory
/// does not grow with the weights. Safe to read from several threads.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    private readonly Dictionary<string, ByteSource> _files = new(StringComparer.Ordinal);
    private readonly string? _folder;

    private OnnxModel(ByteSource source, string path)
    {
        Source = source;
        Path = path;
        _folder = source is MemoryBytes ? null : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? ".";
        var parser = new ModelParser(source);
        Proto = parser.Parse();
        Places = parser.Places;
        Tensors = parser.Tensors;
        Metadata = parser.Metadata;
        OpsetImports = parser.OpsetImports;
    }

    /// <summary>The path it was opened by.</summary>
    public string Path { get; }

    /// <summary>The file's name, as errors give it.</summary>
    public string Name => Source.Name;

    /// <summary>
    /// The model without the tensors' values (raw_data and typed fields are empty) and without training graphs; parts longer than 64 MiB
    /// that are no tensor are left out too. Read it, do not write it: what is written comes from the file.
    /// </summary>
    public ModelProto Proto { get; }

    /// <summary>Bytes of the model and of the external data that its tensors name.</summary>
    public long TotalBytes => Source.Length + ExternalFiles.Sum(path => File(path).Length);

    internal ByteSource Source { get; }

    internal IReadOnlyDictionary<Google.Protobuf.IMessage, WireMessage> Places { get; }

    internal IReadOnlyDictionary<TensorProto, StoredTensor> Tensors { get; }

    /// <summary>The fields of <see cref="ModelProto.MetadataProps"/>, in the same order.</summary>
    internal IReadOnlyList<WireField> Metadata { get; }

    /// <summary>The fields of <see cref="ModelProto.OpsetImport"/>, in the same order.</summary>
    internal IReadOnlyList<WireField> OpsetImports { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidModelException">The file is damaged, larger than 2 GiB, or not ONNX.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static OnnxModel Open(string path)
    {
        var source = FileBytes.Open(path);
        try
        {
            CheckKind(source);
            if (source.Length > int.MaxValue)
                throw new InvalidModelException(source.Name, $"the file has {source.Length} bytes; protobuf allows 2 GiB. Save the model with external data.");
            return new(source, path);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    // Files that people take for models: archives, and safetensors with a length and the start of JSON.
    private static void CheckKind(ByteSource source)
    {
        Span<byte> start = stackalloc byte[9];
        if (source.Length < start.Length)
            return;
        source.Read(0, start);
        if (start.StartsWith("PSZ\x1A"u8))
            throw new InvalidModelException(source.Name, "it is an archive of packed weights. prunesharp unpack makes the model again.");
        if (start[8] == '{' && start[5] == 0 && start[6] == 0 && start[7] == 0)
            throw new InvalidModelException(source.Name, "it is a safetensors checkpoint, not an ONNX model; pack and unpack take one by its name, *.safetensors.");
    }

    /// <summary>Reads a model from memory; external data is not available.</summary>
    /// <exception cref="InvalidModelException">The bytes are not a sound model.</exception>
    public static OnnxModel Of(ReadOnlyMemory<byte> bytes, string name = "model") => new(new MemoryBytes(name, bytes), name);

    /// <summary>SHA-256 of the model file, lower-case hexadecimal; external data is not part of it.</summary>
    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        for (long at = 0; at < Source.Length; at += buffer.Length)
        {
            var chunk = buffer.AsSpan(0, (int)Math.Min(buffer.Length, Source.Length - at));
            Source.Read(at, chunk);
            hash.AppendData(chunk);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Source.Dispose();
        foreach (var file in _files.Values)
            file.Dispose();
    }

    internal ExternalLocation External(StoredTensor tensor) => _folder is not null
        ? ExternalLocation.Of(tensor.Proto, Name, _folder)
        : throw new InvalidModelException(Name, $"tensor {tensor.Proto.Name} is stored outside the model, which was read from memory.");

    /// <summary>The external data files that tensors name.</summary>
    public IReadOnlyList<string> ExternalFiles => [.. Tensors.Values.Where(t => t.IsExternal).Select(t => External(t).Path).Distinct(StringComparer.Ordinal)];

    /// <summary>An external data file, opened once.</summary>
    internal ByteSource File(string path)
    {
        lock (_files)
        {
            if (_files.TryGetValue(path, out var open))
                return open;
            try
            {
                return _files[path] = FileBytes.Open(path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new InvalidModelException(Name, $"its external data file {System.IO.Path.GetFileName(path)} cannot be read: {error.Message}", error);
            }
        }
    }
}
