using System.Runtime.CompilerServices;

namespace PruneSharp.Kernels;

/// <summary>Any stride.</summary>
internal readonly struct ColumnStepAny : IColumnStep
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Floats(int column, int lanes, nint step) => column * step;
}
