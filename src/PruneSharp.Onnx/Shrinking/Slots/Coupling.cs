namespace PruneSharp.Onnx;

/// <summary>What operator rules say of one node: which slots belong together, which stay, and over which the node adds.</summary>
internal sealed class Coupling(ShrinkGraph graph, SlotTable slots, IReadOnlyDictionary<ReshapeSite, int>? choices)
{
    /// <summary>Axes over which nodes add.</summary>
    public List<ContractionSite> Sites { get; } = [];

    /// <summary>Reshapes that split or merge axes, with the finer axes, slowest first.</summary>
    public Dictionary<ReshapeSite, IReadOnlyList<int>> Splits { get; } = [];

    /// <summary>Version of the standard operators.</summary>
    public long Opset => graph.Opset;

    /// <summary>The slots.</summary>
    public SlotTable Slots => slots;

    /// <summary>The node whose rule is asked.</summary>
    public GraphNode? Node { get; set; }

    /// <summary>Which of the finer axes of a reshape shrinks with the coarse one, -1 for none; null where that is not decided yet.</summary>
    public int? Live(ReshapeSite site, IReadOnlyList<int> fineAxes)
    {
        Splits[site] = fineAxes;
        return choices is null ? null : choices.GetValueOrDefault(site, -1);
    }

    /// <summary>Two axes, index by index.</summary>
    public void Same(GraphTensor a, int axisA, GraphTensor b, int axisB)
    {
        int count = a.Dims![axisA];
        if (count != b.Dims![axisB])
        {
            Pin(a, axisA, $"{count} and {b.Dims[axisB]} indices do not match");
            Pin(b, axisB, $"{count} and {b.Dims[axisB]} indices do not match");
            return;
        }

        int firstA = slots.First(a, axisA), firstB = slots.First(b, axisB);
        for (int i = 0; i < count; i++)
            slots.Unite(firstA + i, firstB + i);
    }

    /// <summary>All axes of two values of the same rank.</summary>
    public void Same(GraphTensor a, GraphTensor b)
    {
        for (int axis = 0; axis < a.Rank; axis++)
            Same(a, axis, b, axis);
    }

    /// <summary>One index of each of two axes.</summary>
    /// <exception cref="IndexOutOfRangeException">An axis does not have the index: the node's values do not fit each other.</exception>
    public void Same(GraphTensor a, int axisA, int indexA, GraphTensor b, int axisB, int indexB)
    {
        if ((uint)indexA >= a.Dims![axisA] || (uint)indexB >= b.Dims![axisB])
            throw new IndexOutOfRangeException();
        slots.Unite(slots.First(a, axisA) + indexA, slots.First(b, axisB) + indexB);
    }

    /// <summary>Never removes an index of an axis.</summary>
    public void Pin(GraphTensor tensor, int axis, string reason)
    {
        var pin = new PinReason(Node, reason);
        int first = slots.First(tensor, axis);
        for (int i = 0; i < tensor.Dims![axis]; i++)
            slots.Pin(first + i, pin);
    }

    /// <summary>Never removes an index of any axis.</summary>
    public void Pin(GraphTensor tensor, string reason)
    {
        for (int axis = 0; axis < tensor.Rank; axis++)
            Pin(tensor, axis, reason);
    }

    /// <summary>Keeps the axes that a condition names.</summary>
    public void PinAxes(GraphTensor tensor, IEnumerable<int> axes, string reason)
    {
        foreach (int axis in axes)
            Pin(tensor, axis, reason);
    }

    /// <summary>Notes what is done with an axis.</summary>
    public void Mark(GraphTensor tensor, int axis, SlotFlags flags)
    {
        int first = slots.First(tensor, axis);
        for (int i = 0; i < tensor.Dims![axis]; i++)
            slots.Mark(first + i, flags);
    }

    /// <summary>The node adds products over an axis of two of its inputs.</summary>
    public void Contract(int input, int axis, int other, int otherAxis)
    {
        Mark(Node!.Inputs[input]!, axis, SlotFlags.Contracted);
        Mark(Node.Inputs[other]!, otherAxis, SlotFlags.Contracted);
        Sites.Add(new(ContractionKind.Product, Node, input, axis, other, otherAxis));
    }

    /// <summary>The node adds, or takes statistics, over an axis of one of its inputs.</summary>
    public void Contract(ContractionKind kind, int input, int axis)
    {
        Mark(Node!.Inputs[input]!, axis, kind == ContractionKind.Sum ? SlotFlags.Contracted : SlotFlags.Contracted | SlotFlags.Statistics);
        Sites.Add(new(kind, Node, input, axis));
    }
}
