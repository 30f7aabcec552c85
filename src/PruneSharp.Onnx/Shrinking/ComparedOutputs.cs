namespace PruneSharp.Onnx;

/// <summary>
/// Values by which two forms of a model are compared. Behind operators that choose by value (TopK, NonMaxSuppression, ArgMax, …) a difference
/// in the last bit changes everything, so that in detection graphs the values that go into them are compared. Behind comparisons of
/// computed values (a score that must equal the largest of its neighbours) outputs mostly agree, but need not.
/// </summary>
internal sealed class ComparedOutputs
{
    private static readonly HashSet<string> Choosing = new(StringComparer.Ordinal)
    {
        "ArgMax", "ArgMin", "Bernoulli", "Multinomial", "NonMaxSuppression", "NonZero", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "TopK", "Unique",
    };

    private static readonly HashSet<string> Comparing = new(StringComparer.Ordinal)
    {
        "Ceil", "Equal", "Floor", "Greater", "GreaterOrEqual", "Hardmax", "Less", "LessOrEqual", "Round", "Sign",
    };

    private static readonly HashSet<string> Bounded = new(StringComparer.Ordinal) { "HardSigmoid", "Sigmoid", "Softmax", "Tanh" };

    private static readonly HashSet<string> Moving = new(StringComparer.Ordinal)
    {
        "DepthToSpace", "Flatten", "Gather", "Identity", "MaxPool", "Reshape", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze",
    };

    private ComparedOutputs(Cut cut, IReadOnlyCollection<string> names, IReadOnlySet<string> loose)
    {
        var bounded = names.Select(name => (Name: name, Argument: Argument(cut, name))).Where(n => n.Argument is not null).ToList();
        string[] own = [.. cut.Graph.Model.Proto.Graph.Output.Select(o => o.Name)];
        Names = [.. names.Concat(bounded.Select(b => b.Argument!)).Distinct(StringComparer.Ordinal)];
        Added = [.. Names.Except(own)];
        Loose = loose;
        Probabilities = bounded.Select(b => b.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Names of the values to compare.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Those that are no outputs of the model.</summary>
    public IReadOnlyList<string> Added { get; }

    /// <summary>Outputs behind comparisons: what goes into the comparisons decides.</summary>
    public IReadOnlySet<string> Loose { get; }

    /// <summary>
    /// Values of functions that are bounded by 1, and computed no better than that; what goes into the functions is compared too.
    /// </summary>
    public IReadOnlySet<string> Probabilities { get; }

    /// <summary>Finds the values.</summary>
    public static ComparedOutputs Of(Cut cut)
    {
        var graph = cut.Graph;
        HashSet<GraphTensor> behind = [], loose = [], summed = [];
        var before = new List<GraphTensor>();
        foreach (var node in graph.Nodes)
        {
            GraphTensor[] inputs = [.. node.Inputs.OfType<GraphTensor>()], outputs = [.. node.Outputs.OfType<GraphTensor>()];
            // What loses indices itself has no shape in common to be compared; and masks that no layer computes are the same anyway.
            bool whole = !inputs.Any(cut.Changes), chooses = Choosing.Contains(node.Op) && whole;
            bool compares = Comparing.Contains(node.Op) && whole && inputs.Any(summed.Contains);
            if ((chooses || compares) && !inputs.Any(behind.Contains))
                before.AddRange(inputs.Where(t => !t.IsConstant && t.Producer is not null && t.Integers is null && !loose.Contains(t)));
            if (chooses || inputs.Any(behind.Contains))
                behind.UnionWith(outputs);
            if (compares || inputs.Any(loose.Contains))
                loose.UnionWith(outputs);
            if (inputs.Any(summed.Contains) || inputs.Any(t => t.IsConstant && t.Rank > 1))
                summed.UnionWith(outputs);
        }

        string[] own = [.. graph.Model.Proto.Graph.Output.Select(o => o.Name)];
        string[] direct = [.. own.Where(name => !graph.ByName.TryGetValue(name, out var tensor) || !behind.Contains(tensor))];
        string[] inputsOfChoice = [.. before.Select(t => t.Name).Distinct(StringComparer.Ordinal)];
        return new(cut, [.. direct.Union(inputsOfChoice)], loose.Select(t => t.Name).Where(own.Contains).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Declares the added ones as outputs.</summary>
    public void AddTo(ModelEdits edits, OnnxModel model)
    {
        var place = model.Places[model.Proto.Graph];
        foreach (string name in Added)
            edits.Add(WireEdit.Of(place, place.End, 0, ValueDeclaration.Output(name)));
    }

    // What goes into the bounded function that a value comes from; null where there is none, or where it has fewer indices itself.
    private static string? Argument(Cut cut, string name)
    {
        var tensor = cut.Graph.ByName.GetValueOrDefault(name);
        while (tensor?.Producer is { } producer && Moving.Contains(producer.Op))
            tensor = producer.Input(0);
        return tensor?.Producer is { } function && Bounded.Contains(function.Op) && function.Input(0) is { Producer: not null } argument && !cut.Changes(argument) ? argument.Name : null;
    }
}
