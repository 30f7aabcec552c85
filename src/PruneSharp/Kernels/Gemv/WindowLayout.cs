namespace PruneSharp.Kernels;

/// <summary>Numbers of the layout of <see cref="WindowProduct{TValues}"/>.</summary>
internal static class WindowLayout
{
    /// <summary>Steps that eight words of indices serve.</summary>
    public const int Full = 8;

    /// <summary>Steps that the last eight words of a group serve where its steps are not a multiple of <see cref="Full"/>.</summary>
    public const int Half = 4;

    /// <summary>Bits of an index.</summary>
    public const int IndexBits = 3;

    /// <summary>Where in a word the advance of a window lies.</summary>
    public const int AdvanceShift = 24;
}
