namespace PruneSharp.Kernels;

/// <summary>Brings a value from a layout into row-major memory.</summary>
internal sealed unsafe class WriteStep : RegionStep
{
    private readonly Plane _from;
    private readonly Plane _to;
    private readonly LaneWriter _writer;
    private readonly ChannelPieces _pieces;

    public WriteStep(Plane from, Plane to, PlaneStrides strides, int threads)
    {
        (_from, _to) = (from, to);
        _writer = new LaneWriter(from.Lanes, strides);
        _pieces = new ChannelPieces(from.Shape.Channels, threads);
    }

    /// <inheritdoc/>
    public override IEnumerable<Plane> Planes => [_from, _to];

    /// <inheritdoc/>
    public override int PieceCount => _pieces.Count;

    /// <inheritdoc/>
    public override void Run(RegionRun run, int piece) => _writer.Write(_from.In(run), _to.In(run), _pieces.First(piece), _pieces.End(piece));

    /// <inheritdoc/>
    public override void Dispose() => _writer.Dispose();
}
