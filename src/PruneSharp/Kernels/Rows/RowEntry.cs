namespace PruneSharp.Kernels;

/// <summary>One output channel, or the first of a block of them, in a stream of weights.</summary>
/// <param name="Channel">The (first) output channel.</param>
/// <param name="Count">How many entries of the stream belong to it.</param>
/// <param name="Flags"><see cref="First"/> and <see cref="Last"/>.</param>
internal readonly record struct RowEntry(int Channel, int Count, int Flags)
{
    /// <summary>The sums begin here, with the bias; otherwise they go on with what the output holds.</summary>
    public const int First = 1;

    /// <summary>The sums are complete after it.</summary>
    public const int Last = 2;
}
