/// <summary>The folder of finished and unfinished runs; what is there is not run again.</summary>
internal sealed class RunStore
{
    private readonly string _folder;

    public RunStore(string folder)
    {
        Directory.CreateDirectory(folder);
        _folder = folder;
    }

    public string Folder => _folder;

    /// <summary>A finished run; null where it is not.</summary>
    public RunResult? Find(string id, int seed) => RunResult.Read(ResultPath(id, seed));

    public void Add(RunResult result) => result.Write(ResultPath(result.Id, result.Seed));

    /// <summary>The network of a finished run.</summary>
    public string WeightsPath(string id, int seed) => Path.Combine(_folder, $"{Name(id, seed)}.safetensors");

    /// <summary>The state in the middle of a run.</summary>
    public string CheckpointPath(string id, int seed) => Path.Combine(_folder, $"{Name(id, seed)}.checkpoint");

    private string ResultPath(string id, int seed) => Path.Combine(_folder, $"{Name(id, seed)}.json");

    private static string Name(string id, int seed) => $"{id.Replace('/', '-')}-seed{seed}";
}
