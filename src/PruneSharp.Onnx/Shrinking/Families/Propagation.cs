namespace PruneSharp.Onnx;

/// <summary>One pass of the operator rules over a graph: which slots live or die together.</summary>
internal sealed class Propagation
{
    private Propagation(SlotTable slots, Coupling coupling)
    {
        Slots = slots;
        Sites = coupling.Sites;
        Splits = coupling.Splits;
    }

    /// <summary>The slots and their classes.</summary>
    public SlotTable Slots { get; }

    /// <summary>Axes over which nodes add.</summary>
    public IReadOnlyList<ContractionSite> Sites { get; }

    /// <summary>Reshapes that split or merge axes, with the finer axes.</summary>
    public IReadOnlyDictionary<ReshapeSite, IReadOnlyList<int>> Splits { get; }

    /// <summary>Asks the rules of all nodes.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="choices">Which of the finer axes of each reshape shrinks; null to leave both sides unrelated.</param>
    /// <exception cref="InvalidModelException">The graph is too large.</exception>
    public static Propagation Run(ShrinkGraph graph, IReadOnlyDictionary<ReshapeSite, int>? choices)
    {
        var slots = new SlotTable(graph);
        var coupling = new Coupling(graph, slots, choices);
        foreach (var (tensor, node, reason) in graph.Fixed)
        {
            coupling.Node = node;
            coupling.Pin(tensor, reason);
        }

        coupling.Node = null;
        foreach (var tensor in graph.Tensors)
            coupling.PinAxes(tensor, Enumerable.Range(0, Math.Max(0, tensor.Rank)).Where(axis => tensor.Dynamic[axis]), "size depends on the input");
        foreach (var tensor in graph.Tensors.Where(t => t.Stored is { } stored && TensorBytes.ElementBytes(stored) == 0))
            coupling.Pin(tensor, $"{tensor.Stored!.TypeName} values cannot be cut");
        foreach (var node in graph.Nodes)
        {
            coupling.Node = node;
            string? refusal = OperatorRules.Of(node.Proto) is not { } rule ? $"{node.Op} is not an operator whose channels can be followed"
                : node.Tensors.FirstOrDefault(t => t.Dims is null) is { } unknown ? $"the shape of {unknown.Name} is not known"
                : Couple(rule, node, coupling);
            node.Rule = refusal is null ? OperatorRules.Of(node.Proto) : null;
            if (refusal is not null)
                foreach (var tensor in node.Tensors)
                    coupling.Pin(tensor, refusal);
        }

        return new(slots, coupling);
    }

    // Axes and indices that a damaged node names and its values do not have.
    private static string? Couple(OperatorRule rule, GraphNode node, Coupling coupling)
    {
        try
        {
            return rule.Couple(node, coupling);
        }
        catch (Exception error) when (ShapeRules.IsNonsense(error))
        {
            return "its shapes do not match";
        }
    }
}
