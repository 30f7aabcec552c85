using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PruneSharp.Kernels;

/// <summary>Elementary functions of eight floats, to about 2 units in the last place (erf: 4e-7 absolute).</summary>
internal static class VectorMath
{
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>min(1, max(0, x)); NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Unit(Vector256<float> x) => Vector256.MinNative(Vector256<float>.One, Vector256.MaxNative(Vector256<float>.Zero, x));

    /// <summary>
    /// e^x = 2^n · e^r with n = round(x / ln 2) and r in ±ln(2) / 2, where e^r is a polynomial of degree 6 (Cephes, Moshier 1989). Beyond ±87 it is that of the bound; NaN stays.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        x = Vector256.MinNative(Vector256.Create(87f), Vector256.MaxNative(Vector256.Create(-87f), x));
        Vector256<float> n = Vector256.Round(x * Log2E);
        Vector256<float> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2High), x);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2Low), r);
        Vector256<float> sum = Vector256.FusedMultiplyAdd(r, Vector256.Create(1.9875691500e-4f), Vector256.Create(1.3981999507e-3f));
        sum = Vector256.FusedMultiplyAdd(r, sum, Vector256.Create(8.3334519073e-3f));
        sum = Vector256.FusedMultiplyAdd(r, sum, Vector256.Create(4.1665795894e-2f));
        sum = Vector256.FusedMultiplyAdd(r, sum, Vector256.Create(1.6666665459e-1f));
        sum = Vector256.FusedMultiplyAdd(r, sum, Vector256.Create(5.0000001201e-1f));
        sum = Vector256.FusedMultiplyAdd(r * r, sum, r + Vector256<float>.One);
        Vector256<int> power = (Vector256.ConvertToInt32Native(n) + Vector256.Create(127)) << 23;
        return sum * power.AsSingle();
    }

    /// <summary>
    /// The error function: x · P(t) with t = 2 (x / 3.92)² - 1 in ±1, where P interpolates erf(x) / x at the Chebyshev nodes with degree 14; ±1 beyond 3.92. NaN stays.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Erf(Vector256<float> x)
    {
        x = Vector256.MinNative(Vector256.Create(3.92f), Vector256.MaxNative(Vector256.Create(-3.92f), x));
        Vector256<float> t = Vector256.FusedMultiplyAdd(x * x, Vector256.Create(2 / (3.92f * 3.92f)), Vector256.Create(-1f));
        // By pairs, not one after the other: short chains keep the multipliers busy.
        Vector256<float> t2 = t * t, t4 = t2 * t2;
        Vector256<float> p0 = Vector256.FusedMultiplyAdd(t, Vector256.Create(-1.80109426e-01f), Vector256.Create(3.60736817e-01f));
        Vector256<float> p2 = Vector256.FusedMultiplyAdd(t, Vector256.Create(-1.09149747e-01f), Vector256.Create(1.34084836e-01f));
        Vector256<float> p4 = Vector256.FusedMultiplyAdd(t, Vector256.Create(-7.43366107e-02f), Vector256.Create(9.05922130e-02f));
        Vector256<float> p6 = Vector256.FusedMultiplyAdd(t, Vector256.Create(-4.19346690e-02f), Vector256.Create(5.84258288e-02f));
        Vector256<float> p8 = Vector256.FusedMultiplyAdd(t, Vector256.Create(-2.36534234e-02f), Vector256.Create(2.96092127e-02f));
        Vector256<float> p10 = Vector256.FusedMultiplyAdd(t, Vector256.Create(-2.88707879e-03f), Vector256.Create(1.43435020e-02f));
        Vector256<float> p12 = Vector256.FusedMultiplyAdd(t, Vector256.Create(-4.56754770e-03f), Vector256.Create(1.82033039e-03f));
        Vector256<float> q0 = Vector256.FusedMultiplyAdd(t2, p2, p0), q4 = Vector256.FusedMultiplyAdd(t2, p6, p4), q8 = Vector256.FusedMultiplyAdd(t2, p10, p8);
        Vector256<float> q12 = Vector256.FusedMultiplyAdd(t2, Vector256.Create(2.12785811e-03f), p12);
        Vector256<float> sum = Vector256.FusedMultiplyAdd(t4 * t4, Vector256.FusedMultiplyAdd(t4, q12, q8), Vector256.FusedMultiplyAdd(t4, q4, q0));
        return x * sum;
    }

    /// <summary>tanh x = 1 - 2 / (1 + e^2x), and its series x - x³/3 + 2x⁵/15 near 0, where the other loses digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x)
    {
        Vector256<float> far = Vector256<float>.One - (Vector256.Create(2f) / (Vector256<float>.One + Exp(x + x)));
        Vector256<float> square = x * x;
        Vector256<float> near = x * (Vector256<float>.One + (square * ((square * (2f / 15)) - Vector256.Create(1f / 3))));
        return Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(x), Vector256.Create(0.05f)), near, far);
    }
}
