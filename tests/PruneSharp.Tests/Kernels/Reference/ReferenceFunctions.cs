namespace PruneSharp.Tests.Kernels;

/// <summary>Activations by their definitions, in double precision.</summary>
internal static class ReferenceFunctions
{
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double HardSigmoid(double x, double alpha, double beta) => Math.Min(1, Math.Max(0, (alpha * x) + beta));

    public static double Gelu(double x) => x / 2 * (1 + Erf(x / Math.Sqrt(2)));

    /// <summary>2/√π · e^(-x²) · Σ 2^n x^(2n+1) / (2n+1)!!: all terms have the same sign.</summary>
    public static double Erf(double x)
    {
        if (Math.Abs(x) > 6) return Math.Sign(x);
        double term = x, sum = x;
        for (int n = 1; n < 200; n++) sum += term *= 2 * x * x / ((2 * n) + 1);
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
