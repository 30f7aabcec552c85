using System.Collections.Immutable;

namespace PruneSharp.Onnx;

/// <summary>
/// How an operator sees a stored tensor through Transpose and Reshape: view axis i is made of the storage axes <c>Axes[i]</c>, slowest
/// first. <c>Storage</c> may group the tensor's own dimensions differently, in the same flat order.
/// </summary>
internal sealed record AxisView(ImmutableArray<long> Storage, ImmutableArray<ImmutableArray<int>> Axes)
{
    /// <summary>Tensors of more axes are not followed.</summary>
    public const int MostAxes = 64;

    /// <summary>The tensor as stored; null where it has too many axes.</summary>
    public static AxisView? Of(IReadOnlyCollection<long> shape)
    {
        if (shape.Count > MostAxes)
            return null;
        ImmutableArray<long> dims = [.. shape];
        return new(dims, [.. Enumerable.Range(0, dims.Length).Select(axis => ImmutableArray.Create(axis))]);
    }

    /// <summary>Dimensions as seen.</summary>
    public ImmutableArray<long> Shape => [.. Axes.Select(parts => parts.Aggregate(1L, (product, axis) => product * Storage[axis]))];

    /// <summary>The view after Transpose; null where <paramref name="order"/> is no permutation.</summary>
    public AxisView? Transpose(IReadOnlyList<int> order) =>
        order.Order().SequenceEqual(Enumerable.Range(0, Axes.Length)) ? this with { Axes = [.. order.Select(axis => Axes[axis])] } : null;

    /// <summary>The view after Reshape; null where a transposition came before, so that the flat order is not the storage's.</summary>
    public AxisView? Reshape(IReadOnlyList<long> target)
    {
        if (target.Count > MostAxes || !Axes.SelectMany(parts => parts).SequenceEqual(Enumerable.Range(0, Storage.Length)))
            return null;
        var shape = Shape;
        long total = shape.Aggregate(1L, (product, dim) => product * dim);
        var dims = target.Select((dim, i) => dim == 0 && i < shape.Length ? shape[i] : dim).ToArray();
        int open = Array.IndexOf(dims, -1L);
        long known = 1;
        foreach (long dim in dims.Where(dim => dim != -1))
        {
            if (dim < 1 || dim > total / known)
                return null;
            known *= dim;
        }

        if (open >= 0)
            dims[open] = total / known;
        return dims.All(dim => dim >= 1) && dims.Aggregate(1L, (product, dim) => product * dim) == total ? Of(dims) : null;
    }

    /// <summary>Divides one view axis into <paramref name="groups"/> equal parts: the axis becomes two. Null where it does not divide.</summary>
    public AxisView? Split(int viewAxis, long groups)
    {
        if (groups < 1 || Axes[viewAxis] is not [var storageAxis] || Storage[storageAxis] % groups != 0)
            return null;
        ImmutableArray<int> Shift(ImmutableArray<int> parts) => [.. parts.Select(axis => axis > storageAxis ? axis + 1 : axis)];
        var axes = Axes.Select(Shift).ToList();
        axes[viewAxis] = [storageAxis];
        axes.Insert(viewAxis + 1, [storageAxis + 1]);
        var storage = Storage.SetItem(storageAxis, groups).Insert(storageAxis + 1, Storage[storageAxis] / groups);
        return new(storage, [.. axes]);
    }

    /// <summary>The layout in which the given view axes count outputs, inputs and kernel positions.</summary>
    public WeightLayout Layout(IEnumerable<int> outputs, IEnumerable<int> inputs, IEnumerable<int>? kernel = null) =>
        new(Storage, outputs.SelectMany(axis => Axes[axis]), inputs.SelectMany(axis => Axes[axis]), (kernel ?? []).SelectMany(axis => Axes[axis]));
}
