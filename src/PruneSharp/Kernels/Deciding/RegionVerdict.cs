namespace PruneSharp.Kernels;

/// <summary>Whether a region is worth taking over.</summary>
/// <param name="Wins">Whether it is.</param>
/// <param name="SavedMilliseconds">What a run saves; 0 where it was not timed.</param>
/// <param name="Reason">The evidence, half a sentence.</param>
internal sealed record RegionVerdict(bool Wins, double SavedMilliseconds, string Reason)
{
    /// <summary>A region that the engine cannot run.</summary>
    /// <param name="why">Why not, half a sentence.</param>
    public static RegionVerdict Fails(string why) => new(false, 0, $"in a region that the sparse kernels cannot run: {why}");
}
