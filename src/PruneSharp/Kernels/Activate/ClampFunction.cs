using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PruneSharp.Kernels;

/// <summary>min(b, max(a, x)); NaN stays.</summary>
internal readonly struct ClampFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) =>
        Vector256.MinNative(b, Vector256.MaxNative(a, x));
}
