namespace PruneSharp.Onnx;

/// <summary>
/// A slot is one index of one axis of one value. Slots that live or die together form a class (union-find); a class that may never be removed
/// is pinned, with the reason.
/// </summary>
internal sealed class SlotTable
{
    private const int MostSlots = 1 << 27;

    private readonly int[][] _first;
    private readonly int[] _parent;
    private readonly int[] _pin;
    private readonly SlotFlags[] _flags;
    private readonly List<PinReason> _pins = [];

    /// <summary>Makes a class of each slot of a graph.</summary>
    /// <exception cref="InvalidModelException">The graph has too many slots.</exception>
    public SlotTable(ShrinkGraph graph)
    {
        long count = 0;
        _first = new int[graph.Tensors.Count][];
        foreach (var tensor in graph.Tensors)
        {
            var first = _first[tensor.Number] = new int[Math.Max(0, tensor.Rank)];
            for (int axis = 0; axis < first.Length; axis++)
            {
                first[axis] = (int)count;
                count += tensor.Dims![axis];
                if (count > MostSlots)
                    throw new InvalidModelException(graph.Model.Name, $"the dimensions of its values add up to more than {MostSlots}.");
            }
        }

        _parent = new int[count];
        for (int slot = 0; slot < _parent.Length; slot++)
            _parent[slot] = slot;
        _pin = new int[count];
        Array.Fill(_pin, -1);
        _flags = new SlotFlags[count];
    }

    /// <summary>Number of slots.</summary>
    public int Count => _parent.Length;

    /// <summary>The first slot of an axis.</summary>
    public int First(GraphTensor tensor, int axis) => _first[tensor.Number][axis];

    /// <summary>The lowest slot of the class: its name.</summary>
    public int Root(int slot)
    {
        while (_parent[slot] != slot)
            slot = _parent[slot] = _parent[_parent[slot]];
        return slot;
    }

    /// <summary>The class of an index.</summary>
    public int Root(GraphTensor tensor, int axis, int index) => Root(First(tensor, axis) + index);

    /// <summary>Makes two slots live or die together.</summary>
    public void Unite(int a, int b)
    {
        a = Root(a);
        b = Root(b);
        if (a == b)
            return;
        if (a > b)
            (a, b) = (b, a);
        _parent[b] = a;
        _flags[a] |= _flags[b];
        if (_pin[a] < 0 || (_pin[b] >= 0 && _pin[b] < _pin[a]))
            _pin[a] = _pin[b];
    }

    /// <summary>Never removes the class of a slot.</summary>
    public void Pin(int slot, PinReason reason)
    {
        int root = Root(slot);
        if (_pin[root] >= 0)
            return;
        if (_pins.Count == 0 || _pins[^1] != reason)
            _pins.Add(reason);
        _pin[root] = _pins.Count - 1;
    }

    /// <summary>Adds what is known of the class of a slot.</summary>
    public void Mark(int slot, SlotFlags flags) => _flags[Root(slot)] |= flags;

    /// <summary>What is known of the class of a slot.</summary>
    public SlotFlags Flags(int slot) => _flags[Root(slot)];

    /// <summary>Why the class of a slot is never removed; null where it may be.</summary>
    public PinReason? Pinned(int slot) => _pin[Root(slot)] is >= 0 and var pin ? _pins[pin] : null;
}
