using System.Diagnostics;

/// <summary>Runs what is missing in processes of its own, dense networks and teachers first.</summary>
internal sealed class Workers(RunStore store, int count)
{
    private readonly Lock _lock = new();
    private readonly HashSet<(string, int)> _running = [];
    private readonly HashSet<(string, int)> _failed = [];

    /// <returns>Whether everything is there now.</returns>
    public bool Run(IReadOnlyList<Experiment> chosen)
    {
        var runs = new List<(Experiment Experiment, int Seed)>();
        foreach (var (experiment, seed) in Experiment.Seeds.SelectMany(seed => chosen.Select(e => (e, seed))))
        {
            foreach (var (id, other) in experiment.Needs(seed))
                runs.Add((Experiments.Find(id), other));
            runs.Add((experiment, seed));
        }

        var missing = runs.DistinctBy(r => (r.Experiment.Id, r.Seed)).Where(r => store.Find(r.Experiment.Id, r.Seed) is null).ToList();
        Console.Error.WriteLine($"{missing.Count} runs to make, {missing.Sum(r => r.Experiment.Epochs)} epochs");
        Task.WaitAll([.. Enumerable.Range(0, count).Select(_ => Task.Run(() => Work(missing)))]);
        return missing.All(r => store.Find(r.Experiment.Id, r.Seed) is not null);
    }

    private void Work(List<(Experiment Experiment, int Seed)> missing)
    {
        while (true)
        {
            (Experiment Experiment, int Seed) run;
            lock (_lock)
            {
                missing.RemoveAll(r => r.Experiment.Needs(r.Seed).Any(_failed.Contains));
                int next = missing.FindIndex(r => r.Experiment.Needs(r.Seed).All(n => store.Find(n.Id, n.Seed) is not null));
                if (next < 0 && (missing.Count == 0 || _running.Count == 0))
                    return;
                run = next < 0 ? default : missing[next];
                if (next >= 0)
                {
                    missing.RemoveAt(next);
                    _running.Add((run.Experiment.Id, run.Seed));
                }
            }

            if (run.Experiment is null)
                Thread.Sleep(1000);
            else
                Start(run.Experiment, run.Seed);
        }
    }

    private void Start(Experiment experiment, int seed)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["run", experiment.Id, $"{seed}", "--folder", store.Folder]) { Environment = { ["OMP_NUM_THREADS"] = "1" } })!;
        process.WaitForExit();
        var result = process.ExitCode == 0 ? store.Find(experiment.Id, seed) : null;
        lock (_lock)
        {
            _running.Remove((experiment.Id, seed));
            if (result is null)
                _failed.Add((experiment.Id, seed));
        }

        Console.Error.WriteLine(result is null
            ? $"{experiment.Id}, seed {seed}: failed with {process.ExitCode}"
            : $"{experiment.Id}, seed {seed}: {result.Accuracy:F2} % at sparsity {result.Sparsity:P2}, {result.Bytes:N0} bytes, {result.Seconds:F0} s");
    }
}
