using System.Diagnostics;

namespace PruneSharp.OnnxRuntime;

/// <summary>What loading a model into ONNX Runtime costs.</summary>
/// <param name="Milliseconds">Median over the loads.</param>
/// <param name="PeakBytes">Most memory of the process over what it had before the load, the largest of the loads.</param>
public sealed record LoadCost(double Milliseconds, long PeakBytes)
{
    private const int Loads = 3;

    /// <summary>Loads models in turn, three times each, after one load of each that is not counted.</summary>
    /// <exception cref="InvalidModelException">ONNX Runtime refuses a model.</exception>
    public static LoadCost[] Measure(params string[] models)
    {
        var times = models.Select(_ => new List<double>()).ToArray();
        var peaks = new long[models.Length];
        for (int round = 0; round <= Loads; round++)
        {
            for (int i = 0; i < models.Length; i++)
            {
                GC.Collect();
                using var memory = new PeakMemory();
                var clock = Stopwatch.StartNew();
                using (ModelSession.Open(models[i]))
                {
                    if (round > 0)
                        times[i].Add(clock.Elapsed.TotalMilliseconds);
                }

                if (round > 0)
                    peaks[i] = Math.Max(peaks[i], memory.Stop());
            }
        }

        return [.. models.Select((_, i) => new LoadCost(times[i].Order().ElementAt(Loads / 2), peaks[i]))];
    }
}
