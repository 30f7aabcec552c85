namespace PruneSharp.OnnxRuntime;

/// <summary>Measures how far outputs moved.</summary>
internal static class OutputChange
{
    /// <summary>Whether each row of <paramref name="columns"/> numbers is non-negative and sums to 1.</summary>
    public static bool IsProbabilities(ReadOnlySpan<double> output, int columns)
    {
        if (columns < 2 || output.Length == 0)
            return false;
        for (int row = 0; row < output.Length; row += columns)
        {
            double sum = 0;
            foreach (double p in output.Slice(row, columns))
            {
                if (!(p >= 0))
                    return false;
                sum += p;
            }

            if (Math.Abs(sum - 1) > 1e-3)
                return false;
        }

        return true;
    }

    /// <summary>‖a−b‖₂ / ‖a‖₂; the absolute norm where a is all zero, ∞ where a value of b is no number.</summary>
    public static double Relative(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double difference = 0, norm = 0;
        for (int i = 0; i < a.Length; i++)
        {
            if (!double.IsFinite(a[i]) && a[i].Equals(b[i]))
                continue;
            difference += (a[i] - b[i]) * (a[i] - b[i]);
            norm += a[i] * a[i];
        }

        double change = Math.Sqrt(norm > 0 ? difference / norm : difference);
        return double.IsNaN(change) ? double.PositiveInfinity : change;
    }

    /// <summary>Mean over rows of Σ p·ln(p/q), with probabilities below 1e-12 taken as 1e-12.</summary>
    public static double Kl(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int columns)
    {
        const double Least = 1e-12;
        bool given = IsProbabilities(a, columns);
        double sum = 0;
        double[] p = new double[columns], q = new double[columns];
        for (int row = 0; row < a.Length; row += columns)
        {
            Probabilities(a.Slice(row, columns), given, p);
            Probabilities(b.Slice(row, columns), given, q);
            for (int i = 0; i < columns; i++)
                sum += p[i] > 0 ? p[i] * Math.Log(Math.Max(p[i], Least) / Math.Max(q[i], Least)) : 0;
        }

        double change = a.Length == 0 ? 0 : sum / (a.Length / columns);
        return double.IsNaN(change) ? double.PositiveInfinity : Math.Max(0, change);
    }

    private static void Probabilities(ReadOnlySpan<double> row, bool given, Span<double> probabilities)
    {
        if (given)
            row.CopyTo(probabilities);
        else
            System.Numerics.Tensors.TensorPrimitives.SoftMax(row, probabilities);
    }
}
