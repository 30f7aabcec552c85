using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PruneSharp.Kernels;

/// <summary>x / 2 · (1 + erf(x / √2)).</summary>
internal readonly struct GeluFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) =>
        0.5f * x * (Vector256<float>.One + VectorMath.Erf(x * 0.70710678f));
}
