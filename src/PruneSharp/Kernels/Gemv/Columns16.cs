using System.Runtime.CompilerServices;

namespace PruneSharp.Kernels;

/// <summary>Columns of 16 bits, for up to 65536 inputs.</summary>
internal readonly unsafe struct Columns16 : IStoredColumns
{
    /// <summary>The most inputs they can tell apart.</summary>
    public const int MaxInCount = ushort.MaxValue + 1;

    /// <inheritdoc/>
    public static int Bytes => sizeof(ushort);

    /// <inheritdoc/>
    public static void Store(int column, byte* to) => *(ushort*)to = (ushort)column;

    /// <inheritdoc/>
    public static int Load(byte* from) => *(ushort*)from;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ColumnQuad Load4(byte* from) => new(*(ulong*)from, 0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint At(ColumnQuad quad, int index) => index == 3 ? (nuint)(quad.Low >> 48) : (ushort)(quad.Low >> (16 * index));
}
