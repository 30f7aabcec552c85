using System.Collections.Immutable;

namespace PruneSharp;

/// <summary>
/// How a stored tensor maps to the canonical view [out, in·kernel] on which every structure acts, whatever the operator stores. Each
/// storage axis counts outputs, inputs or kernel positions; the flat storage index of canonical cell (o, i, k) is
/// <c>OutOffsets[o] + InOffsets[i] + KernelOffsets[k]</c>. Columns are numbered i·KernelCount + k.
/// </summary>
public sealed class WeightLayout
{
    /// <summary>Creates a layout of row-major storage.</summary>
    /// <param name="shape">Storage dimensions, each at least 0; may be a regrouping of the tensor's own with the same flat order.</param>
    /// <param name="outAxes">Axes that count outputs, slowest first.</param>
    /// <param name="inAxes">Axes that are contracted with the input's channels, slowest first.</param>
    /// <param name="kernelAxes">Spatial kernel axes, slowest first.</param>
    /// <exception cref="ArgumentException">The axes do not name every axis of <paramref name="shape"/> exactly once, or a dimension is negative.</exception>
    public WeightLayout(IEnumerable<long> shape, IEnumerable<int> outAxes, IEnumerable<int> inAxes, IEnumerable<int> kernelAxes)
    {
        Shape = [.. shape];
        OutAxes = [.. outAxes];
        InAxes = [.. inAxes];
        KernelAxes = [.. kernelAxes];
        int[] named = [.. OutAxes, .. InAxes, .. KernelAxes];
        if (Shape.Any(d => d < 0) || !named.Order().SequenceEqual(Enumerable.Range(0, Shape.Length)))
            throw new ArgumentException($"Shape [{string.Join(", ", Shape)}] with axes [{string.Join(", ", named)}]: every axis must be named once and no dimension may be negative.", nameof(shape));
        Length = Shape.Aggregate(1L, (product, d) => checked(product * d));
    }

    /// <summary>Storage dimensions, row-major.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>Storage axes that count outputs.</summary>
    public ImmutableArray<int> OutAxes { get; }

    /// <summary>Storage axes that are contracted with the input's channels.</summary>
    public ImmutableArray<int> InAxes { get; }

    /// <summary>Spatial kernel axes.</summary>
    public ImmutableArray<int> KernelAxes { get; }

    /// <summary>Number of weights.</summary>
    public long Length { get; }

    /// <summary>Rows of the canonical view.</summary>
    public long OutCount => Product(OutAxes);

    /// <summary>Input channels of the canonical view.</summary>
    public long InCount => Product(InAxes);

    /// <summary>Kernel positions, 1 where there is no kernel.</summary>
    public long KernelCount => Product(KernelAxes);

    /// <summary>Columns of the canonical view: InCount · KernelCount.</summary>
    public long ColumnCount => InCount * KernelCount;

    /// <summary>Dimensions of the canonical view, [out, in, kernel …]: what a channel axis counts in.</summary>
    public ImmutableArray<long> CanonicalShape => [OutCount, InCount, .. KernelAxes.Select(axis => Shape[axis])];

    /// <summary>
    /// The layout of Linear and Conv weights, [out, in, kernel …]. A vector counts as outputs; a scalar is one output.
    /// </summary>
    public static WeightLayout Plain(params IEnumerable<long> shape)
    {
        long[] dims = [.. shape];
        int rank = dims.Length;
        return new(dims, Enumerable.Range(0, Math.Min(1, rank)), rank > 1 ? [1] : [], Enumerable.Range(2, Math.Max(0, rank - 2)));
    }

    /// <summary>Storage offsets of each output, length <see cref="OutCount"/>.</summary>
    public long[] OutOffsets() => Offsets(OutAxes);

    /// <summary>Storage offsets of each input channel, length <see cref="InCount"/>.</summary>
    public long[] InOffsets() => Offsets(InAxes);

    /// <summary>Storage offsets of each kernel position, length <see cref="KernelCount"/>.</summary>
    public long[] KernelOffsets() => Offsets(KernelAxes);

    private long Product(ImmutableArray<int> axes)
    {
        long product = 1;
        foreach (int axis in axes)
            product *= Shape[axis];
        return product;
    }

    private long[] Offsets(ImmutableArray<int> axes)
    {
        long[] offsets = [0];
        foreach (int axis in axes)
        {
            long stride = 1;
            for (int later = axis + 1; later < Shape.Length; later++)
                stride *= Shape[later];
            var wider = new long[offsets.Length * Shape[axis]];
            for (long i = 0; i < wider.Length; i++)
                wider[i] = offsets[i / Shape[axis]] + i % Shape[axis] * stride;
            offsets = wider;
        }

        return offsets;
    }
}
