using System.Runtime.CompilerServices;

namespace PruneSharp.Kernels;

/// <summary>Columns of 32 bits, for any number of inputs.</summary>
internal readonly unsafe struct Columns32 : IStoredColumns
{
    /// <inheritdoc/>
    public static int Bytes => sizeof(int);

    /// <inheritdoc/>
    public static void Store(int column, byte* to) => *(int*)to = column;

    /// <inheritdoc/>
    public static int Load(byte* from) => *(int*)from;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ColumnQuad Load4(byte* from) => new(*(ulong*)from, *(ulong*)(from + sizeof(ulong)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint At(ColumnQuad quad, int index)
    {
        ulong pair = index < 2 ? quad.Low : quad.High;
        return (index & 1) == 0 ? (uint)pair : (nuint)(pair >> 32);
    }
}
