using System.Runtime.CompilerServices;

namespace PruneSharp.Kernels;

/// <summary>Stride 1.</summary>
internal readonly struct ColumnStepOne : IColumnStep
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Floats(int column, int lanes, nint step) => column * lanes;
}
