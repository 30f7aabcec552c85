using System.Numerics.Tensors;

namespace PruneSharp.Kernels;

/// <summary>Takes the mean of each plane. Lanes outside the plane must hold 0.</summary>
internal sealed unsafe class MeanStep(Plane from, Plane to, int threads) : RegionStep
{
    private readonly ChannelPieces _pieces = new(from.Shape.Channels, threads);

    /// <inheritdoc/>
    public override IEnumerable<Plane> Planes => [from, to];

    /// <inheritdoc/>
    public override int PieceCount => _pieces.Count;

    /// <inheritdoc/>
    public override void Run(RegionRun run, int piece)
    {
        LaneLayout layout = from.Lanes;
        float scale = 1f / (from.Shape.Height * from.Shape.Width);
        for (int channel = _pieces.First(piece); channel < _pieces.End(piece); channel++)
        {
            float* x = from.In(run) + ((long)channel * layout.ChannelFloats);
            float sum = 0;
            for (int row = 0; row < layout.BlockHeight; row++)
                sum += TensorPrimitives.Sum<float>(new ReadOnlySpan<float>(x + layout.Offset(row, 0), layout.BlockWidth * layout.Lanes));
            to.In(run)[channel] = sum * scale;
        }
    }
}
