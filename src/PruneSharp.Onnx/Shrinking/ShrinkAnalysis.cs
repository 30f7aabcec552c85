namespace PruneSharp.Onnx;

/// <summary>What of a model can be removed: families of units that can go without changing what is left, and what cannot go and why.</summary>
public sealed class ShrinkAnalysis
{
    private ShrinkAnalysis(ShrinkGraph graph, ShrinkRules rules, Propagation propagation, IReadOnlyList<UnitFamily> open, IReadOnlyList<(UnitFamily Family, string Reason)> refused)
    {
        Graph = graph;
        Rules = rules;
        Propagation = propagation;
        Open = open;
        Closed = refused;
        Dense = ModelCost.Of(new(graph, propagation.Slots, []));
    }

    /// <summary>Families whose units can be removed.</summary>
    public IReadOnlyList<ShrinkFamily> Families => [.. Open.Select(f => new ShrinkFamily(f.Name, f.Units.Count, 0, f.Operators.Split(' ')))];

    /// <summary>Families whose units stay, with the reason.</summary>
    public IReadOnlyList<RefusedFamily> Refused => [.. Closed.Select(r => new RefusedFamily(r.Family.Name, r.Family.Refusal?.Node?.Name, r.Family.Refusal?.Node?.Op, r.Reason))];

    /// <summary>Elements of the model's weights.</summary>
    public long Parameters => Dense.Parameters;

    /// <summary>Multiply-accumulates of one run at the first sizes.</summary>
    public long Macs => Dense.Macs;

    internal ShrinkGraph Graph { get; }

    internal ShrinkRules Rules { get; }

    internal Propagation Propagation { get; }

    internal IReadOnlyList<UnitFamily> Open { get; }

    internal IReadOnlyList<(UnitFamily Family, string Reason)> Closed { get; }

    internal ModelCost Dense { get; }

    /// <summary>Analyses a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="shapes">Shapes of its values.</param>
    /// <param name="rules">What may shrink; default <see cref="ShrinkRules"/>.</param>
    /// <exception cref="InvalidModelException">The graph is not sound.</exception>
    /// <exception cref="InvalidPlanException">A pattern of the targets matches nothing.</exception>
    public static ShrinkAnalysis Of(OnnxModel model, ModelShapes shapes, ShrinkRules? rules = null) =>
        Of(GraphBuilder.Build(model, shapes), rules ?? new());

    /// <summary>Analyses a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="rules">What may shrink.</param>
    internal static ShrinkAnalysis Of(ShrinkGraph graph, ShrinkRules rules)
    {
        var propagation = ChoiceSearch.Run(graph, rules.Attention);
        var families = FamilyFinder.Find(graph, propagation);
        var leftOut = FamilyTargets.Of(rules.Targets, families);
        var open = new List<UnitFamily>();
        var closed = new List<(UnitFamily, string)>();
        foreach (var family in families)
        {
            if (Reason(family, propagation, rules, leftOut) is { } reason)
                closed.Add((family with { Refusal = reason }, reason.Text));
            else
                open.Add(family);
        }

        ShapeTrial.Close(graph, propagation, open, closed);
        return new(graph, rules, propagation, open, closed);
    }

    /// <summary>The cut that a list describes.</summary>
    /// <exception cref="ArgumentException">The list was made for another graph, or takes what cannot go.</exception>
    public ShrinkCut Replay(CutList list)
    {
        var cut = new ShrinkCut(this, CutSlices.Roots(this, list));
        return cut.Conflict() is not { } conflict ? cut : throw new ArgumentException($"The cut list cannot be replayed: {conflict.Node.Op} {conflict.Node.Name}: {conflict.Message}.");
    }

    /// <summary>
    /// All that one channel touches: an output channel of a weight or node (<c>conv1.weight:5</c>), or an index of any axis of any constant or
    /// value (<c>conv1.weight:1:5</c>).
    /// </summary>
    /// <exception cref="ArgumentException">There is no such name or index.</exception>
    public UnitExplanation Explain(string name) => UnitExplanation.Of(this, name);

    /// <summary>Why a class of slots cannot go.</summary>
    internal string Reason(int root) =>
        Closed.FirstOrDefault(c => c.Family.Units.Any(u => u.Root == root)).Reason ?? Propagation.Slots.Pinned(root)?.Text ?? "nothing adds over it";

    private static PinReason? Reason(UnitFamily family, Propagation propagation, ShrinkRules rules, Func<UnitFamily, string?> leftOut)
    {
        if (family.Refusal is { } refusal)
            return refusal;
        if (family.ChangesStatistics && !rules.Approximate)
        {
            var node = Statistic(family, propagation);
            return new(node, $"{node.Op} {node.Name} is taken over it (--approximate)");
        }

        return rules.Attention == AttentionUnits.None && propagation.Slots.Flags(family.Units[0].Root).HasFlag(SlotFlags.Attention) ? new(null, "attention (--attention none)")
            : leftOut(family) is { } wish ? new(null, wish)
            : null;
    }

    private static GraphNode Statistic(UnitFamily family, Propagation propagation)
    {
        var roots = family.Units.Select(u => u.Root).ToHashSet();
        return propagation.Sites.First(s => s.Kind is not (ContractionKind.Product or ContractionKind.Sum)
            && Enumerable.Range(0, s.Node.Inputs[s.Input]!.Dims![s.Axis]).Any(i => roots.Contains(propagation.Slots.Root(s.Node.Inputs[s.Input]!, s.Axis, i)))).Node;
    }
}
