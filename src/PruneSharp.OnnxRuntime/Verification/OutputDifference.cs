namespace PruneSharp.OnnxRuntime;

/// <summary>How far one output of two models differs, the worst of all runs.</summary>
/// <param name="Name">Name of the output.</param>
/// <param name="MaxAbsDifference">max|a−b|; ∞ where one is NaN or the shapes differ.</param>
/// <param name="MaxRelativeDifference">max|a−b| / max|a|; where max|a| = 0 the absolute difference.</param>
/// <param name="Cosine">Cosine of the angle between a and b; 1 where both are all zero, 0 where one is.</param>
public sealed record OutputDifference(string Name, double MaxAbsDifference, double MaxRelativeDifference, double Cosine)
{
    /// <summary>Compares two outputs. Two NaN at one place, or two equal infinities, count as equal.</summary>
    public static OutputDifference Of(string name, ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length != b.Length)
            return new(name, double.PositiveInfinity, double.PositiveInfinity, 0);
        double difference = 0, largest = 0, dot = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i].Equals(b[i]) && !double.IsFinite(a[i]))
                continue;
            double gap = Math.Abs(a[i] - b[i]);
            difference = Math.Max(difference, double.IsNaN(gap) ? double.PositiveInfinity : gap);
            largest = Math.Max(largest, Math.Abs(a[i]));
            dot += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }

        double cosine = aa == 0 || bb == 0 ? (aa == bb ? 1 : 0) : dot / Math.Sqrt(aa * bb);
        return new(name, difference, largest > 0 ? difference / largest : difference, double.IsNaN(cosine) ? 0 : Math.Clamp(cosine, -1, 1));
    }

    /// <summary>The worse of two.</summary>
    public OutputDifference Worse(OutputDifference other) => this with
    {
        MaxAbsDifference = Math.Max(MaxAbsDifference, other.MaxAbsDifference),
        MaxRelativeDifference = Math.Max(MaxRelativeDifference, other.MaxRelativeDifference),
        Cosine = Math.Min(Cosine, other.Cosine),
    };
}
