using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PruneSharp.Kernels;

/// <summary>
/// Weights as 16-bit floats, each row first brought by a power of two to magnitudes below 2^15. A load moves the bits of the half
/// (sign, 5 bits of exponent, 10 of fraction) to their places in a float, which makes it 2^112 too small as the exponents count from
/// different zeros; the scale of the row takes that back, so a load needs no multiplication.
/// </summary>
internal readonly unsafe struct Float16Values : IStoredValues
{
    private const int FractionShift = 23 - 10;
    private const int ExponentGap = 127 - 15;
    private const int SignAndHalf = unchecked((int)0x8fffffff);

    /// <inheritdoc/>
    public static int Bytes => sizeof(ushort);

    /// <inheritdoc/>
    public static float DivisorOf(float largest) => largest == 0 ? 1 : MathF.ScaleB(1, MathF.ILogB(largest) - 14);

    /// <inheritdoc/>
    public static float ScaleOf(float largest) => DivisorOf(largest) * MathF.ScaleB(1, ExponentGap);

    /// <inheritdoc/>
    public static void Store(float value, byte* to) => *(ushort*)to = BitConverter.HalfToUInt16Bits((Half)value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(byte* from) => BitConverter.Int32BitsToSingle((*(short*)from << FractionShift) & SignAndHalf);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load4(byte* from) =>
        ((Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)from).AsInt16()) << FractionShift) & Vector128.Create(SignAndHalf))
            .AsSingle();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load8(byte* from) =>
        ((Vector256.WidenLower(Vector128.Load((short*)from).ToVector256Unsafe()) << FractionShift) & Vector256.Create(SignAndHalf))
            .AsSingle();
}
