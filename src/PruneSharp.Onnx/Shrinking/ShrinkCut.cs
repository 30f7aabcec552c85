namespace PruneSharp.Onnx;

/// <summary>A choice of units that go, and what the model becomes without them.</summary>
public sealed class ShrinkCut
{
    private readonly ShrinkAnalysis _analysis;
    private readonly Cut _cut;
    private ComparedOutputs? _compared;
    private readonly DeadTraces? _traces;

    internal ShrinkCut(ShrinkAnalysis analysis, IEnumerable<int> roots, DeadTraces? traces = null)
    {
        _analysis = analysis;
        _traces = traces;
        _cut = new(analysis.Graph, analysis.Propagation.Slots, NeverEmpty.Repair(analysis, roots));
        Cost = ModelCost.Of(_cut);
    }

    /// <summary>Elements of the weights that are left.</summary>
    public long Parameters => Cost.Parameters + (_traces?.FreshParameters(_cut) ?? 0);

    /// <summary>Multiply-accumulates that are left.</summary>
    public long Macs => Cost.Macs;

    /// <summary>Whether nothing goes.</summary>
    public bool IsEmpty => _cut.Removed.Count == 0;

    /// <summary>All families that can shrink, with what they lose.</summary>
    public IReadOnlyList<ShrinkFamily> Families =>
        [.. _analysis.Open.Select(f => new ShrinkFamily(f.Name, f.Units.Count, f.Units.Count(u => _cut.Removed.Contains(u.Root)), f.Operators.Split(' ')))];

    /// <summary>Names of the families that lost units over which a mean or another statistic is taken: what is left has other statistics.</summary>
    public IReadOnlyList<string> OtherStatistics => [.. _analysis.Open.Where(f => f.ChangesStatistics && f.Units.Any(u => _cut.Removed.Contains(u.Root))).Select(f => f.Name)];

    /// <summary>Values by which the shrunk and the masked model are compared: the outputs, or what goes into operators that choose by value.</summary>
    public IReadOnlyList<string> ComparedValues => Compared.Names;

    /// <summary>Those of <see cref="ComparedValues"/> that lie behind comparisons, where the last bit of a value can decide.</summary>
    public IReadOnlySet<string> LooseValues => Compared.Loose;

    /// <summary>Those of <see cref="ComparedValues"/> that come from functions bounded by 1 (Sigmoid, Softmax): small ones are computed no better than large ones.</summary>
    public IReadOnlySet<string> Probabilities => Compared.Probabilities;

    internal ModelCost Cost { get; }

    private ComparedOutputs Compared => _compared ??= ComparedOutputs.Of(_cut);

    internal Cut Cut => _cut;

    internal ShrinkAnalysis Analysis => _analysis;

    /// <summary>What goes, by name and index.</summary>
    public CutList Slices => CutSlices.Of(_cut);

    /// <summary>The shrunk model, with <see cref="ComparedValues"/> among its outputs.</summary>
    /// <exception cref="InvalidModelException">It would not fit into memory.</exception>
    public byte[] Shrunk() => Bytes(Edits());

    /// <summary>The whole model with the units masked, with <see cref="ComparedValues"/> among its outputs.</summary>
    /// <param name="noise">Noise in what is masked, which must change nothing; null for none.</param>
    /// <exception cref="InvalidModelException">It would not fit into memory.</exception>
    public byte[] Masked(MaskNoise? noise = null) => Bytes(MaskedReference.Edits(_cut, _analysis.Propagation.Sites, noise));

    /// <summary>The model as it is, with <see cref="ComparedValues"/> among its outputs.</summary>
    public byte[] Dense() => Bytes(new(_analysis.Graph.Model));

    /// <summary>Names of the families that lost units of the constants, inputs or outputs of some nodes.</summary>
    /// <param name="nodes">Names of nodes.</param>
    public IReadOnlyList<string> FamiliesOf(IReadOnlyCollection<string> nodes)
    {
        var slots = _analysis.Propagation.Slots;
        var touched = new HashSet<int>();
        foreach (var tensor in _analysis.Graph.Nodes.Where(n => nodes.Contains(n.Proto.Name)).SelectMany(n => n.Tensors))
            for (int axis = 0; axis < tensor.Rank; axis++)
                for (int i = 0; i < tensor.Dims![axis]; i++)
                    touched.Add(slots.Root(tensor, axis, i));
        touched.IntersectWith(_cut.Removed);
        return [.. _analysis.Open.Where(f => f.Units.Any(u => touched.Contains(u.Root))).Select(f => f.Name)];
    }

    /// <summary>A size that the model computes and that cannot follow; null where all can.</summary>
    internal ShapeConflictException? Conflict() => ShrunkModel.Conflict(_cut);

    /// <summary>The changes of the file that shrink it.</summary>
    internal ModelEdits Edits() => ShrunkModel.Edits(_cut, _traces);

    private byte[] Bytes(ModelEdits edits)
    {
        var model = _analysis.Graph.Model;
        Compared.AddTo(edits, model);
        return WireSplice.ToArray(model, edits.Edits());
    }
}
