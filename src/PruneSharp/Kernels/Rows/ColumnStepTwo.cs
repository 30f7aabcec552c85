using System.Runtime.CompilerServices;

namespace PruneSharp.Kernels;

/// <summary>Stride 2.</summary>
internal readonly struct ColumnStepTwo : IColumnStep
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Floats(int column, int lanes, nint step) => 2 * column * lanes;
}
