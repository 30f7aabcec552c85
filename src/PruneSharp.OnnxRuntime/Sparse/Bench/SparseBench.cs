using Microsoft.ML.OnnxRuntime;
using PruneSharp.Kernels;

namespace PruneSharp.OnnxRuntime;

/// <summary>Times a model with ONNX Runtime's own kernels and with the sparse ones.</summary>
public static class SparseBench
{
    private const int ProfiledRuns = 10;

    /// <summary>
    /// Times a model densely and sparsely on the same generated inputs, in blocks whose order alternates, compares the outputs, and says where the time of each layer goes.
    /// </summary>
    /// <param name="model">Path of a pruned ONNX model.</param>
    /// <param name="options">How; null for the defaults: one thread, the same model dense.</param>
    /// <exception cref="InvalidModelException">A model is damaged, or ONNX Runtime refuses it or its generated inputs.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, a dimension is not in the model, or the two models' inputs differ.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static SparseBenchReport Run(string model, SparseBenchOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        options ??= new();
        var latency = options.Latency;
        latency.Check();
        var source = ModelSource.File(model);
        var denseSource = options.Against is null ? source : ModelSource.File(options.Against);
        using var dense = new TimedModel(denseSource, latency.Threads);
        using var sessionOptions = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        TimedModel.Configure(sessionOptions, latency.Threads);
        using var sparseSession = SparseSession.Create(model, options.Accelerate with { Threads = latency.Threads }, sessionOptions);
        latency.Cancellation.ThrowIfCancellationRequested();
        using var sparse = new TimedModel(source.Name, sparseSession.Session);
        Verifier.CheckInputs(dense.Session, sparse.Session, denseSource.Name, source.Name);
        var dims = GeneratedInputs.FindDims(sparse.Session, source.Name, latency.Dims);
        using var inputs = GeneratedInputs.Create(sparse.Session, source.Name, dims, latency.Range, latency.Seed);
        foreach (var timed in (TimedModel[])[dense, sparse])
        {
            timed.Use(inputs);
            timed.Run();
        }

        var worst = Compare(options.Against is null ? dense : null, source, sparse, inputs, latency.Threads);
        var times = AlternatingBlocks.Measure([dense.Run, sparse.Run], latency);
        ModelLatency denseTime = ModelLatency.Of(denseSource.Name, times[0]), sparseTime = ModelLatency.Of(source.Name, times[1]);
        var sparseLayers = Profile(sparseSession, sparse);
        var denseLayers = LayerProfile.Measure(denseSource, options.Against ?? model, latency with { MinimumRuns = ProfiledRuns });
        return new(
            1, "bench", model, options.Against ?? model, latency.Threads, denseTime.Runs, sparseTime.Runs,
            denseTime.MedianMilliseconds, sparseTime.MedianMilliseconds, denseTime.P10Milliseconds, sparseTime.P10Milliseconds,
            denseTime.MedianMilliseconds / sparseTime.MedianMilliseconds, denseTime.P10Milliseconds / sparseTime.P10Milliseconds,
            worst.MaxAbsDifference, worst.MaxRelativeDifference, worst.MaxRelativeDifference <= options.Tolerance,
            sparseSession.RegionCount, sparseLayers.GetValueOrDefault("") / ProfiledRuns,
            [.. sparseSession.Layers.Select(layer => Layer(layer, denseLayers, sparseLayers))]);
    }

    private static SparseBenchLayer Layer(LayerDecision layer, IReadOnlyDictionary<string, double> dense, IReadOnlyDictionary<string, double> sparse)
    {
        double? before = dense.TryGetValue(layer.Node, out double d) ? d : null;
        double? after = sparse.TryGetValue(layer.Node, out double s) ? s / ProfiledRuns : null;
        return new(layer.Node, layer.Operator, layer.Sparsity, layer.Claimed, layer.Format, before, after, after > 0 ? before / after : null, layer.Reason);
    }

    private static IReadOnlyDictionary<string, double> Profile(SparseSession session, TimedModel timed)
    {
        var times = new LayerTimes();
        foreach (var program in session.Programs)
            program.Times = times;
        for (int run = 0; run < ProfiledRuns; run++)
            timed.Run();
        foreach (var program in session.Programs)
            program.Times = null;
        return times.Milliseconds;
    }

    // Without and with the sparse kernels the same model must say the same, whatever it is timed against.
    private static OutputDifference Compare(TimedModel? dense, ModelSource source, TimedModel sparse, NamedTensors inputs, int threads)
    {
        using var own = dense is null ? new TimedModel(source, threads) : null;
        string[] names = [.. sparse.Session.OutputNames];
        using var expected = Verifier.Run((dense ?? own!).Session, source.Name, inputs, names);
        using var found = Verifier.Run(sparse.Session, source.Name, inputs, names);
        var differences = names.Select((name, i) => Verifier.Difference(name, expected[i], found[i])).OfType<OutputDifference>();
        return differences.Aggregate(new OutputDifference("", 0, 0, 1), (worst, next) => worst.Worse(next));
    }
}
