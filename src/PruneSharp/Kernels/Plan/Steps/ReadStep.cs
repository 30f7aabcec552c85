namespace PruneSharp.Kernels;

/// <summary>Brings a value into a layout: from outside, from row-major memory, or from another layout.</summary>
internal sealed unsafe class ReadStep : RegionStep
{
    private readonly Plane _from;
    private readonly Plane _to;
    private readonly LaneReader _reader;
    private readonly ChannelPieces _pieces;

    public ReadStep(Plane from, Plane to, PlaneStrides strides, int threads)
    {
        (_from, _to) = (from, to);
        _reader = from.Layout is null ? new LaneReader(to.Lanes, strides) : new LaneReader(to.Lanes, from.Layout);
        _pieces = new ChannelPieces(to.Shape.Channels, threads);
    }

    /// <inheritdoc/>
    public override IEnumerable<Plane> Planes => [_from, _to];

    /// <inheritdoc/>
    public override int PieceCount => _pieces.Count;

    /// <inheritdoc/>
    public override void Run(RegionRun run, int piece) => _reader.Read(_from.In(run), _to.In(run), _pieces.First(piece), _pieces.End(piece));

    /// <inheritdoc/>
    public override void Dispose() => _reader.Dispose();
}
