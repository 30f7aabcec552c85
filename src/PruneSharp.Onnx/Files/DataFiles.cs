using System.Security.Cryptography;

namespace PruneSharp.Onnx;

/// <summary>
/// External data files of an output, each named by the output and the first sixteen digits of its own SHA-256: so an older model of the
/// same name keeps its data until the new model is in place. Disposed before <see cref="Keep"/>, the new files go away.
/// </summary>
internal sealed class DataFiles(string output) : IDisposable
{
    private const int DigestLength = 16;

    private readonly List<string> _created = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private bool _kept;

    /// <summary>Bytes of all files.</summary>
    public long Bytes { get; private set; }

    private string Folder => Path.GetDirectoryName(Path.GetFullPath(output))!;

    /// <summary>Writes a file and gives its name.</summary>
    public string Write(Action<Stream> write)
    {
        using var file = OutputFile.Create(output, force: true);
        write(file.Stream);
        file.Stream.Position = 0;
        string name = $"{Path.GetFileName(output)}.{Convert.ToHexStringLower(SHA256.HashData(file.Stream))[..DigestLength]}.data", target = Path.Combine(Folder, name);
        Bytes += file.Stream.Length;
        if (!File.Exists(target))
            _created.Add(target);
        file.Commit(target);
        _names.Add(name);
        return name;
    }

    /// <summary>Data files of earlier outputs of the same name, which the new model does not use.</summary>
    public IReadOnlyList<string> Unused() =>
    [
        .. Directory.EnumerateFiles(Folder, Path.GetFileName(output) + $".{new string('?', DigestLength)}.data").Select(file => Path.GetFileName(file)!)
            .Where(file => !_names.Contains(file)).Order(StringComparer.Ordinal),
    ];

    /// <summary>The model is in place: keeps the new files. Those of a model that it replaced stay too, since copies may name them.</summary>
    public void Keep() => _kept = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_kept)
            _created.ForEach(File.Delete);
    }
}
