namespace PruneSharp.Torch.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("prunesharp-tests-").FullName;

    public string this[string name] => Path.Combine(_path, name);

    public string[] Files => [.. Directory.GetFiles(_path).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
