namespace PruneSharp.Kernels;

/// <summary>Applies a layer to one value for each channel: a matrix times a vector, plus the bias.</summary>
internal sealed unsafe class VectorStep : RegionStep
{
    private readonly Plane _from;
    private readonly Plane _to;
    private readonly SparseVectorProduct _product;

    public VectorStep(WeightOperation layer, Plane from, Plane to, ValueStorage storage, int threads)
    {
        (_from, _to) = (from, to);
        ConvShape shape = layer.Pattern.Shape;
        _product = SparseVectorProduct.Pack(layer.Pattern.ToDense(), layer.Bias, shape.OutChannels, shape.InChannels, storage);
        PieceCount = threads == 1 ? 1 : Math.Min(_product.PartCount, 2 * threads);
    }

    /// <inheritdoc/>
    public override IEnumerable<Plane> Planes => [_from, _to];

    /// <inheritdoc/>
    public override int PieceCount { get; }

    /// <inheritdoc/>
    public override void Run(RegionRun run, int piece) =>
        _product.Run(_from.In(run), _to.In(run), _product.PartCount * piece / PieceCount, _product.PartCount * (piece + 1) / PieceCount);

    /// <inheritdoc/>
    public override void Dispose() => _product.Dispose();
}
