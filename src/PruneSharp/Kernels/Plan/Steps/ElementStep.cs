using System.Numerics.Tensors;

namespace PruneSharp.Kernels;

/// <summary>output = activation(left + right), activation(left) or left · gate, value by value or channel by channel.</summary>
/// <param name="left">The value.</param>
/// <param name="right">Added to it, of the same shape and blocks; null for nothing.</param>
/// <param name="gate">Multiplied with it, one value for each channel, row-major; null for nothing.</param>
/// <param name="to">The result, of the same blocks.</param>
/// <param name="activation">Applied to the result.</param>
/// <param name="threads">Threads to cut the work for.</param>
internal sealed unsafe class ElementStep(Plane left, Plane? right, Plane? gate, Plane to, Activation activation, int threads) : RegionStep
{
    private readonly ChannelPieces _pieces = new(to.Shape.Channels, threads);

    // Rows without a halo beside them follow one another.
    private readonly int _rowsAtOnce = new[] { left, right, to }.Any(plane => plane is { Layout: { } layout } && layout.Pitch != layout.BlockWidth) ? 1 : Math.Max(1, to.Layout?.BlockHeight ?? 1);

    /// <inheritdoc/>
    public override IEnumerable<Plane> Planes => new[] { left, right, gate, to }.OfType<Plane>();

    /// <inheritdoc/>
    public override int PieceCount => _pieces.Count;

    /// <inheritdoc/>
    public override void Run(RegionRun run, int piece)
    {
        if (to.Layout is null)
        {
            Range channels = _pieces.First(piece).._pieces.End(piece);
            Apply(Vector(left, run)[channels], right is null ? [] : Vector(right, run)[channels], gate is null ? [] : Vector(gate, run)[channels], Vector(to, run)[channels]);
            return;
        }

        int rowCount = to.Lanes.BlockHeight / _rowsAtOnce;
        for (int channel = _pieces.First(piece); channel < _pieces.End(piece); channel++)
        {
            ReadOnlySpan<float> factor = gate is null ? [] : Vector(gate, run).Slice(channel, 1);
            for (int row = 0; row < rowCount; row++)
                Apply(Row(left, run, channel, row), right is null ? [] : Row(right, run, channel, row), factor, Row(to, run, channel, row));
        }
    }

    private void Apply(ReadOnlySpan<float> values, ReadOnlySpan<float> added, ReadOnlySpan<float> factors, Span<float> target)
    {
        if (right is not null) TensorPrimitives.Add(values, added, target);
        else if (factors.Length == 1) TensorPrimitives.Multiply(values, factors[0], target);
        else if (factors.Length > 1) TensorPrimitives.Multiply(values, factors, target);
        else if (left != to) values.CopyTo(target);
        Activations.Apply(activation, target);
    }

    private static Span<float> Vector(Plane plane, RegionRun run) => new(plane.In(run), plane.Shape.Channels);

    private Span<float> Row(Plane plane, RegionRun run, int channel, int row) =>
        new(plane.In(run) + ((long)channel * plane.Lanes.ChannelFloats) + plane.Lanes.Offset(row, 0), _rowsAtOnce * plane.Lanes.BlockWidth * plane.Lanes.Lanes);
}
