using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PruneSharp.Kernels;

/// <summary>x / (1 + e^-x).</summary>
internal readonly struct SiluFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) =>
        x / (Vector256<float>.One + VectorMath.Exp(-x));
}
