namespace PruneSharp.Onnx;

/// <summary>Which classes of slots go.</summary>
internal sealed class Cut(ShrinkGraph graph, SlotTable slots, IEnumerable<int> removedRoots)
{
    private readonly HashSet<int> _removed = [.. removedRoots];
    private readonly Dictionary<(int Tensor, int Axis), List<int>> _kept = [];

    /// <summary>The graph.</summary>
    public ShrinkGraph Graph => graph;

    /// <summary>The slots.</summary>
    public SlotTable Slots => slots;

    /// <summary>The classes that go.</summary>
    public IReadOnlySet<int> Removed => _removed;

    /// <summary>Whether an index goes.</summary>
    public bool Removes(GraphTensor tensor, int axis, int index) => _removed.Contains(slots.Root(tensor, axis, index));

    /// <summary>Indices of an axis that stay, ascending.</summary>
    public List<int> Kept(GraphTensor tensor, int axis)
    {
        if (_kept.TryGetValue((tensor.Number, axis), out var kept))
            return kept;
        kept = [];
        for (int i = 0; i < tensor.Dims![axis]; i++)
            if (!Removes(tensor, axis, i))
                kept.Add(i);
        return _kept[(tensor.Number, axis)] = kept;
    }

    /// <summary>Whether some index of an axis goes.</summary>
    public bool Changes(GraphTensor tensor, int axis) => Kept(tensor, axis).Count != tensor.Dims![axis];

    /// <summary>Whether some index of any axis goes.</summary>
    public bool Changes(GraphTensor tensor) => tensor.Rank > 0 && Enumerable.Range(0, tensor.Rank).Any(axis => Changes(tensor, axis));

    /// <summary>Classes that go and that a value has on some axis.</summary>
    public IEnumerable<int> RemovedRoots(GraphTensor tensor) => Enumerable.Range(0, Math.Max(0, tensor.Rank))
        .SelectMany(axis => Enumerable.Range(slots.First(tensor, axis), tensor.Dims![axis]).Select(slots.Root).Where(_removed.Contains)).Distinct();

    /// <summary>Dimensions in a sample of the model's shapes, after the cut.</summary>
    public IReadOnlyList<long> Dims(GraphTensor tensor, int sample)
    {
        var before = tensor.IsConstant ? [.. tensor.Dims!.Select(dim => (long)dim)] : graph.Shapes.Samples[sample][tensor.Name].Dims;
        return [.. before.Select((dim, axis) => Changes(tensor, axis) ? Kept(tensor, axis).Count : dim)];
    }
}
