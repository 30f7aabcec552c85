using System.Diagnostics;

namespace PruneSharp.OnnxRuntime;

/// <summary>What loading a model into ONNX Runtime costs.</summary>
/// <param name="Milliseconds">Time of the load.</param>
/// <param name="PeakBytes">Most memory that the process had so far; only a process that did nothing else can tell, so null in others.</param>
public sealed record LoadCost(double Milliseconds, long? PeakBytes)
{
    /// <summary>Loads a model once in this process.</summary>
    /// <exception cref="InvalidModelException">ONNX Runtime refuses the model.</exception>
    /// <exception cref="IOException">The file is missing.</exception>
    public static LoadCost Measure(string model)
    {
        var clock = Stopwatch.StartNew();
        using (ModelSession.Open(model))
            return new(clock.Elapsed.TotalMilliseconds, null);
    }

    /// <summary>Medians of the times and the largest peaks of several measures.</summary>
    internal static LoadCost Of(IReadOnlyCollection<LoadCost> loads) =>
        new(loads.Select(l => l.Milliseconds).Order().ElementAt(loads.Count / 2), loads.Max(l => l.PeakBytes));
}
