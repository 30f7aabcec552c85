using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PruneSharp.Kernels;

/// <summary>Weights as whole numbers of -127 to 127 in units of 1/127 of the row's largest magnitude.</summary>
internal readonly unsafe struct Int8Values : IStoredValues
{
    /// <inheritdoc/>
    public static int Bytes => sizeof(sbyte);

    /// <inheritdoc/>
    public static float DivisorOf(float largest) => largest == 0 ? 1 : largest / sbyte.MaxValue;

    /// <inheritdoc/>
    public static float ScaleOf(float largest) => DivisorOf(largest);

    /// <inheritdoc/>
    public static void Store(float value, byte* to) => *(sbyte*)to = (sbyte)MathF.Round(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(byte* from) => *(sbyte*)from;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load4(byte* from)
    {
        var words = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(uint*)from).AsSByte());
        return Vector128.ConvertToSingle(Vector128.WidenLower(words));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load8(byte* from)
    {
        var words = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)from).AsSByte());
        return Vector256.ConvertToSingle(Vector256.WidenLower(words.ToVector256Unsafe()));
    }
}
