using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PruneSharp.Kernels;

/// <summary>Weights as they are.</summary>
internal readonly unsafe struct Float32Values : IStoredValues
{
    /// <inheritdoc/>
    public static int Bytes => sizeof(float);

    /// <inheritdoc/>
    public static float DivisorOf(float largest) => 1;

    /// <inheritdoc/>
    public static float ScaleOf(float largest) => 1;

    /// <inheritdoc/>
    public static void Store(float value, byte* to) => *(float*)to = value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(byte* from) => *(float*)from;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load4(byte* from) => Vector128.Load((float*)from);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load8(byte* from) => Vector256.Load((float*)from);
}
