namespace PruneSharp.Kernels;

/// <summary>Takes the largest value of each window.</summary>
internal sealed unsafe class MaximumStep : RegionStep
{
    private readonly Plane _from;
    private readonly Plane _to;
    private readonly ConvShape _window;
    private readonly AlignedMemory _taps;
    private readonly ChannelPieces _pieces;

    public MaximumStep(Plane from, Plane to, ConvShape window, int threads)
    {
        (_from, _to, _window) = (from, to, window);
        _taps = new AlignedMemory(window.Taps * sizeof(int));
        for (int tap = 0; tap < window.Taps; tap++)
        {
            int row = (tap / window.KernelWidth * window.DilationY) - window.PadTop;
            int column = (tap % window.KernelWidth * window.DilationX) - window.PadLeft;
            ((int*)_taps.Bytes)[tap] = from.Lanes.Offset(row, column) - from.Lanes.Offset(0, 0);
        }

        _pieces = new ChannelPieces(to.Shape.Channels, threads);
    }

    /// <inheritdoc/>
    public override IEnumerable<Plane> Planes => [_from, _to];

    /// <inheritdoc/>
    public override int PieceCount => _pieces.Count;

    /// <inheritdoc/>
    public override void Run(RegionRun run, int piece)
    {
        LaneLayout input = _from.Lanes;
        LaneLayout output = _to.Lanes;
        for (int channel = _pieces.First(piece); channel < _pieces.End(piece); channel++)
        {
            float* x = _from.In(run) + ((long)channel * input.ChannelFloats);
            float* y = _to.In(run) + ((long)channel * output.ChannelFloats);
            for (int row = 0; row < output.BlockHeight; row++)
            {
                LaneKernels.Maximum(input.Lanes)(
                    x + input.Offset(row * _window.StrideY, 0),
                    y + output.Offset(row, 0),
                    output.BlockWidth,
                    _window.StrideX * input.Lanes,
                    (int*)_taps.Bytes,
                    _window.Taps);
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _taps.Dispose();
}
