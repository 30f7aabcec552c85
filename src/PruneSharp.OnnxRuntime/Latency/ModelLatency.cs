namespace PruneSharp.OnnxRuntime;

/// <summary>How long one run of a model takes.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Runs">Runs measured.</param>
/// <param name="MedianMilliseconds">Median of the runs; the mean of the middle two of an even count.</param>
/// <param name="P10Milliseconds">The run that a tenth of the others undercut (nearest rank): what the model does when nothing disturbs it.</param>
public sealed record ModelLatency(string Model, int Runs, double MedianMilliseconds, double P10Milliseconds)
{
    /// <summary>Sums up measured runs.</summary>
    internal static ModelLatency Of(string model, IReadOnlyCollection<double> milliseconds)
    {
        double[] sorted = [.. milliseconds.Order()];
        return new(model, sorted.Length, Median(sorted), sorted[(sorted.Length - 1) / 10]);
    }

    /// <summary>Median of ascending numbers, at least one.</summary>
    internal static double Median(ReadOnlySpan<double> sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
