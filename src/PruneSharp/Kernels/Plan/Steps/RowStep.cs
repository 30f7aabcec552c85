namespace PruneSharp.Kernels;

/// <summary>Applies a layer with weights to a value in a layout, and clamps the result where the activation is a clamp.</summary>
/// <remarks>
/// For every tile of output positions, for every block of input channels, for every output channel: the sums of the tile stay in registers while the entries of the channel go by.
/// Pieces are groups of tiles, or parts of the output channels where there are few tiles.
/// </remarks>
internal sealed unsafe class RowStep : RegionStep
{
    private const int NearCacheBytes = 26 * 1024;
    private const int FarCacheBytes = 160 * 1024;
    private const double MinEntries = 10;
    private readonly WeightOperation _layer;
    private readonly Plane _from;
    private readonly Plane? _residual;
    private readonly Plane _to;
    private readonly List<Tile> _tiles;
    private readonly nint[] _kernels;
    private readonly RowStream _stream;
    private readonly AlignedMemory _bias;
    private readonly int _tileGroups;

    public RowStep(WeightOperation layer, Plane from, Plane? residual, Plane to, int threads)
    {
        (_layer, _from, _residual, _to) = (layer, from, residual, to);
        RowPattern pattern = layer.Pattern;
        ConvShape shape = pattern.Shape;
        _tiles = Tile.Cut(to.Lanes, pattern.Block);
        _kernels = [.. _tiles.Select(tile => (nint)LaneKernels.Rows(to.Lanes.Lanes, shape.StrideX, pattern.Block, tile.Height, tile.Width))];
        bool manyTiles = _tiles.Count >= 3 * threads;
        _tileGroups = threads == 1 ? 1 : manyTiles ? Math.Min(_tiles.Count, 4 * threads) : 1;
        int parts = threads == 1 || manyTiles ? 1 : Math.Clamp(pattern.RowCount / 4, 1, 2 * threads);
        int channelBlock = _tiles.Count == 0 ? shape.InChannels : ChannelBlock(pattern, _tiles[0], from.Lanes);
        _stream = new RowStream(pattern, from.Lanes, channelBlock, parts);
        _bias = new AlignedMemory((layer.Bias.Length + 4L) * sizeof(float));
        layer.Bias.CopyTo(new Span<float>(_bias.Floats, layer.Bias.Length));
    }

    /// <inheritdoc/>
    public override IEnumerable<Plane> Planes => new[] { _from, _residual, _to }.OfType<Plane>();

    /// <inheritdoc/>
    public override int PieceCount => _tileGroups * _stream.PartCount;

    /// <inheritdoc/>
    public override void Run(RegionRun run, int piece)
    {
        int group = piece / _stream.PartCount;
        int part = piece % _stream.PartCount;
        ConvShape shape = _layer.Pattern.Shape;
        LaneLayout input = _from.Lanes;
        LaneLayout output = _to.Lanes;
        bool clamp = _layer.Activation.Kind == ActivationKind.Clamp;
        RowCall call = new()
        {
            XRow = shape.StrideY * input.Pitch * input.Lanes * sizeof(float),
            XStep = shape.StrideX * input.Lanes,
            YRow = output.Pitch * output.Lanes * sizeof(float),
            YChannel = output.ChannelFloats * sizeof(float),
            Bias = _bias.Floats,
            ResidualRow = _residual is null ? 0 : _residual.Lanes.Pitch * output.Lanes * sizeof(float),
            ResidualChannel = _residual is null ? 0 : _residual.Lanes.ChannelFloats * sizeof(float),
            ClampFlag = clamp ? RowEntry.Last : 0,
            Low = _layer.Activation.A,
            High = _layer.Activation.B,
        };
        for (int i = _tiles.Count * group / _tileGroups; i < _tiles.Count * (group + 1) / _tileGroups; i++)
        {
            Tile tile = _tiles[i];
            call.Y = (byte*)(_to.In(run) + output.Offset(tile.Row, tile.Column));
            call.Residual = _residual is null ? null : (byte*)(_residual.In(run) + _residual.Lanes.Offset(tile.Row, tile.Column));
            float* x = _from.In(run) + input.Offset(tile.Row * shape.StrideY, tile.Column * shape.StrideX);
            for (int block = 0; block < _stream.BlockCount; block++)
            {
                call.X = (byte*)(x + ((long)block * _stream.ChannelBlock * input.ChannelFloats));
                _stream.Select(part, block, &call);
                ((delegate*<RowCall*, void>)_kernels[i])(&call);
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _stream.Dispose();
        _bias.Dispose();
    }

    // As many channels as the nearest cache holds of a tile's input, and an entry's offset reaches; more where too few entries a row would remain for the work of beginning and ending it.
    private static int ChannelBlock(RowPattern pattern, Tile tile, LaneLayout input)
    {
        ConvShape shape = pattern.Shape;
        int reachable = Math.Max(1, int.MaxValue / sizeof(float) / input.ChannelFloats);
        if (shape.Groups > 1) return Math.Min(shape.InChannels, reachable);
        int rows = ((tile.Height - 1) * shape.StrideY) + ((shape.KernelHeight - 1) * shape.DilationY) + 1;
        int columns = ((tile.Width - 1) * shape.StrideX) + ((shape.KernelWidth - 1) * shape.DilationX) + 1;
        int bytes = Math.Min(rows * columns, tile.Positions * shape.Taps) * input.Lanes * sizeof(float);
        double entries = Math.Max(1e-6, (double)pattern.EntryCount / pattern.RowCount / shape.InChannels);
        int near = Math.Max(1, NearCacheBytes / bytes);
        int wanted = Math.Min((int)Math.Min(MinEntries / entries, shape.InChannels), Math.Max(1, FarCacheBytes / bytes));
        int channels = Math.Min(Math.Min(shape.InChannels, reachable), Math.Max(near, wanted));
        int blocks = (shape.InChannels + channels - 1) / channels;
        return (shape.InChannels + blocks - 1) / blocks;
    }
}
