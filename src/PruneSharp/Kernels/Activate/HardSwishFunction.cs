using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PruneSharp.Kernels;

/// <summary>x · min(1, max(0, x / 6 + 1/2)).</summary>
internal readonly struct HardSwishFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) =>
        x * VectorMath.Unit((x * (1f / 6)) + Vector256.Create(0.5f));
}
