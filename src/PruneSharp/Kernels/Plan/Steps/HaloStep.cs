namespace PruneSharp.Kernels;

/// <summary>Fills the halo of a value that a step before has made.</summary>
internal sealed unsafe class HaloStep(Plane plane, int threads) : RegionStep
{
    private readonly HaloFiller _filler = new(plane.Lanes);
    private readonly ChannelPieces _pieces = new(plane.Shape.Channels, threads);

    /// <inheritdoc/>
    public override IEnumerable<Plane> Planes => [plane];

    /// <inheritdoc/>
    public override int PieceCount => _pieces.Count;

    /// <inheritdoc/>
    public override void Run(RegionRun run, int piece) => _filler.Fill(plane.In(run), _pieces.First(piece), _pieces.End(piece));

    /// <inheritdoc/>
    public override void Dispose() => _filler.Dispose();
}
