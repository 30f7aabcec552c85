namespace PruneSharp.Kernels;

/// <summary>One step of a region, cut into pieces that can run at the same time.</summary>
internal abstract class RegionStep : IDisposable
{
    /// <summary>The planes that it reads or writes.</summary>
    public abstract IEnumerable<Plane> Planes { get; }

    /// <summary>How many pieces there are.</summary>
    public abstract int PieceCount { get; }

    /// <summary>Does one piece.</summary>
    public abstract void Run(RegionRun run, int piece);

    /// <inheritdoc/>
    public virtual void Dispose() { }
}
