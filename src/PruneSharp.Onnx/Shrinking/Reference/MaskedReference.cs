namespace PruneSharp.Onnx;

/// <summary>
/// The model with its units masked instead of removed: what a removed index contributes to a sum is made 0, and statistics are taken over
/// the kept ones. It is made without the code that cuts, and both must give the same outputs.
/// </summary>
internal sealed class MaskedReference
{
    private readonly Cut _cut;
    private readonly ModelEdits _edits;
    private readonly Dictionary<GraphTensor, HashSet<int>> _zeroed = [];

    private MaskedReference(Cut cut)
    {
        _cut = cut;
        _edits = new(cut.Graph.Model);
    }

    /// <summary>The changes that mask a cut.</summary>
    /// <param name="cut">What goes.</param>
    /// <param name="sites">Axes over which nodes add.</param>
    /// <param name="noise">
    /// Changes what goes and is not masked (filters, biases, scales of removed channels): the outputs must not notice. Null to leave it.
    /// </param>
    public static ModelEdits Edits(Cut cut, IEnumerable<ContractionSite> sites, MaskNoise? noise = null)
    {
        var reference = new MaskedReference(cut);
        // Nodes are put in last: they read constants by the names that these have by then.
        List<ContractionSite> others = [.. sites.Where(site => cut.Changes(site.Node.Inputs[site.Input]!, site.Axis) && !reference.ZeroConstant(site))];
        ConstantVersions.Apply(cut.Graph, reference._edits, tensor => reference.Version(tensor, noise));
        foreach (var site in others)
            reference.Insert(site);
        return reference._edits;
    }

    private void Insert(ContractionSite site)
    {
        switch (site.Kind)
        {
            case ContractionKind.Product or ContractionKind.Sum:
                MaskInserts.Multiply(_cut, _edits, site);
                break;
            case ContractionKind.Mean:
                MaskInserts.Mean(_cut, _edits, site);
                break;
            case ContractionKind.Max or ContractionKind.Min:
                MaskInserts.Extreme(_cut, _edits, site, site.Kind == ContractionKind.Max);
                break;
            case ContractionKind.Normalization:
                MaskInserts.Normalization(_cut, _edits, site);
                break;
        }
    }

    private bool ZeroConstant(ContractionSite site) => site.Kind == ContractionKind.Product
        && (ZeroConstant(site.Node, site.Other, site.OtherAxis) || ZeroConstant(site.Node, site.Input, site.Axis));

    // A weight is masked where it stands, also behind operators that only move it.
    private bool ZeroConstant(GraphNode node, int input, int axis)
    {
        if (input < 0 || node.Inputs[input] is not { } tensor)
            return false;
        while (!tensor.IsConstant)
        {
            if (tensor.Producer is not { } producer || producer.Input(0) is not { } source)
                return false;
            switch (producer.Op)
            {
                case "Identity" or "Cast" or "DequantizeLinear":
                    break;
                case "Transpose":
                    axis = producer.Ints("perm") is { Count: > 0 } order ? (int)order[axis] : tensor.Rank - 1 - axis;
                    break;
                default:
                    return false;
            }

            tensor = source;
        }

        if (!_zeroed.TryGetValue(tensor, out var axes))
            _zeroed[tensor] = axes = [];
        axes.Add(axis);
        return true;
    }

    private ConstantVersion? Version(GraphTensor tensor, MaskNoise? noise)
    {
        var zeroed = _zeroed.GetValueOrDefault(tensor) ?? [];
        bool noisy = noise is not null && tensor.Stored!.ElementType is not null && Enumerable.Range(0, tensor.Rank).Any(axis => !zeroed.Contains(axis) && _cut.Changes(tensor, axis));
        if (!noisy && !zeroed.Any(axis => _cut.Changes(tensor, axis)))
            return null;
        return new($"{tensor.Number}", name => MaskedTensor.Of(_cut, tensor, name, zeroed, noisy ? noise : null));
    }
}
