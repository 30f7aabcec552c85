namespace PruneSharp.OnnxRuntime;

/// <summary>Times models against each other in one process.</summary>
public static class LatencyComparison
{
    /// <summary>
    /// Times models in ONNX Runtime on the same generated inputs, after one run of each that does not count. The models take turns in
    /// blocks whose order alternates, so their ratio holds on a machine that is not quiet; the times themselves are only good for this one.
    /// </summary>
    /// <param name="models">Models with the same inputs; all are in memory at once.</param>
    /// <param name="options">How; default <see cref="LatencyOptions"/>.</param>
    /// <returns>One entry a model, in the order given.</returns>
    /// <exception cref="InvalidModelException">A model does not load, or does not run on generated inputs.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, a dimension is not in the model, or the models' inputs differ.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static IReadOnlyList<ModelLatency> Measure(IReadOnlyList<ModelSource> models, LatencyOptions? options = null)
    {
        options ??= new();
        options.Check();
        var loaded = new List<TimedModel>();
        try
        {
            foreach (var model in models)
            {
                options.Cancellation.ThrowIfCancellationRequested();
                loaded.Add(new(model, options.Threads));
                Verifier.CheckInputs(loaded[0].Session, loaded[^1].Session, models[0].Name, model.Name);
            }

            if (loaded.Count == 0)
                return [];
            var dims = GeneratedInputs.FindDims(loaded[0].Session, models[0].Name, options.Dims);
            using var inputs = GeneratedInputs.Create(loaded[0].Session, models[0].Name, dims, options.Range, options.Seed);
            foreach (var model in loaded)
            {
                options.Cancellation.ThrowIfCancellationRequested();
                model.Use(inputs);
                model.Run();
            }

            var times = AlternatingBlocks.Measure([.. loaded.Select(m => (Action)m.Run)], options);
            return [.. models.Zip(times, (model, milliseconds) => ModelLatency.Of(model.Name, milliseconds))];
        }
        finally
        {
            loaded.ForEach(m => m.Dispose());
        }
    }
}
