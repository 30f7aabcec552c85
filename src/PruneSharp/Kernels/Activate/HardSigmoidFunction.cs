using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PruneSharp.Kernels;

/// <summary>min(1, max(0, a·x + b)).</summary>
internal readonly struct HardSigmoidFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) =>
        VectorMath.Unit((x * a) + b);
}
