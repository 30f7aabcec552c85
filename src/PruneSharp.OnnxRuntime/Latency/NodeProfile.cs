namespace PruneSharp.OnnxRuntime;

/// <summary>Where the time of a model goes, by ONNX Runtime's profiler.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Runs">Runs profiled.</param>
/// <param name="RunMilliseconds">Median time of a run; the profiler makes it longer than it is without.</param>
/// <param name="Nodes">Nodes of the optimised graph in the order in which they first ran. The profiler counts whole microseconds.</param>
public sealed record NodeProfile(string Model, int Runs, double RunMilliseconds, IReadOnlyList<NodeTime> Nodes)
{
    /// <summary>Profiles <see cref="LatencyOptions.MinimumRuns"/> runs on generated inputs, after one that does not count.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Threads, inputs, runs and cancellation; default <see cref="LatencyOptions"/>. Its times and its clock are not used.</param>
    /// <exception cref="InvalidModelException">The model does not load, does not run on generated inputs, or runs more nodes than the profiler holds.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or a dimension is not in the model.</exception>
    /// <exception cref="IOException">The file is missing, or the temporary folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static NodeProfile Measure(ModelSource model, LatencyOptions? options = null)
    {
        options ??= new();
        options.Check();
        options.Cancellation.ThrowIfCancellationRequested();
        string folder = Directory.CreateTempSubdirectory($"prunesharp-profile-{Environment.ProcessId}-").FullName;
        try
        {
            return Measure(model, options, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static NodeProfile Measure(ModelSource model, LatencyOptions options, string folder)
    {
        // The prefix counts only when it is set before profiling is enabled.
        using var timed = new TimedModel(model, options.Threads, session =>
        {
            session.ProfileOutputPathPrefix = Path.Combine(folder, "profile");
            session.EnableProfiling = true;
        });
        var dims = GeneratedInputs.FindDims(timed.Session, model.Name, options.Dims);
        using var inputs = GeneratedInputs.Create(timed.Session, model.Name, dims, options.Range, options.Seed);
        timed.Use(inputs);
        for (int run = 0; run <= options.MinimumRuns; run++)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            timed.Run();
        }

        using var profile = File.OpenRead(timed.Session.EndProfiling());
        var runs = ProfiledRun.Read(profile, options.MinimumRuns);
        if (runs.Count < options.MinimumRuns)
            throw new InvalidModelException(model.Name, $"ONNX Runtime's profiler holds {runs.Count} of {options.MinimumRuns} runs. Ask for fewer runs.");
        return new(model.Name, runs.Count, Median(runs.Select(r => r.Duration)), [.. Times(runs)]);
    }

    private static IEnumerable<NodeTime> Times(IReadOnlyCollection<ProfiledRun> runs) =>
        runs.SelectMany(r => r.Nodes.Keys).Distinct().Select(n => new NodeTime(n.Name, n.Operator, n.Provider, Median(runs.Select(r => r.Nodes.GetValueOrDefault(n)))));

    private static double Median(IEnumerable<long> microseconds) => ModelLatency.Median([.. microseconds.Order().Select(m => m / 1000.0)]);
}
