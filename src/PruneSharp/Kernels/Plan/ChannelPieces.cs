namespace PruneSharp.Kernels;

/// <summary>Cuts channels into ranges of whole groups of eight, about equal.</summary>
/// <param name="channels">How many channels there are.</param>
/// <param name="threads">For how many threads.</param>
internal readonly struct ChannelPieces(int channels, int threads)
{
    private const int Group = 8;

    /// <summary>How many ranges there are.</summary>
    public int Count { get; } = threads == 1 ? 1 : Math.Clamp((channels + Group - 1) / Group, 1, 2 * threads);

    /// <summary>The first channel of a range.</summary>
    public int First(int piece) => Math.Min(channels, (int)((long)((channels + Group - 1) / Group) * piece / Count) * Group);

    /// <summary>The channel after a range.</summary>
    public int End(int piece) => First(piece + 1);
}
