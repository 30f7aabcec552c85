namespace PruneSharp.Onnx;

/// <summary>What integers that a model computes from shapes become after a cut.</summary>
internal sealed class ShapeValues(Cut cut)
{
    // Values that the input decides do not follow from shapes; longer chains than this are no shape computations.
    private const int MostDepth = 256;

    private readonly Dictionary<(int Tensor, int Sample), Value> _known = [];
    private readonly Func<Proto.TensorProto, long[]?> _constant = tensor =>
        cut.Graph.Model.Tensors.ContainsKey(tensor) ? SmallConstants.Integers(cut.Graph.Model, tensor) : null;

    /// <summary>Values before the cut; null where they are not known.</summary>
    public IReadOnlyList<long>? Before(GraphTensor tensor, int sample) =>
        tensor.IsConstant ? tensor.Integers : cut.Graph.Shapes.Samples[sample].GetValueOrDefault(tensor.Name)?.Integers;

    /// <summary>Values after the cut; null where they are not known.</summary>
    public IReadOnlyList<long>? After(GraphTensor tensor, int sample) => Evaluate(tensor, sample, 0).Integers;

    /// <summary>Whether values may differ after the cut.</summary>
    public bool Changes(GraphTensor tensor, int sample) => Evaluate(tensor, sample, 0) is var value && value.Changed
        && !(value.Integers is { } after && Before(tensor, sample) is { } before && after.SequenceEqual(before));

    /// <summary>Classes of slots whose sizes a value is computed from.</summary>
    public IReadOnlyCollection<int> Sources(GraphTensor tensor)
    {
        var roots = new HashSet<int>();
        var seen = new HashSet<int>();
        var open = new Stack<GraphTensor>([tensor]);
        while (open.TryPop(out var next))
        {
            if (!seen.Add(next.Number) || next.Producer is not { } node || !IsSmall(next))
                continue;
            if (node.Op is "Shape" or "Size")
                roots.UnionWith(cut.RemovedRoots(node.Input(0)!));
            else
                foreach (var input in node.Inputs.OfType<GraphTensor>())
                    open.Push(input);
        }

        return roots;
    }

    private Value Evaluate(GraphTensor tensor, int sample, int depth)
    {
        if (tensor.Producer is not { } node || !IsSmall(tensor) || depth > MostDepth)
            return new(false, Before(tensor, sample));
        if (_known.TryGetValue((tensor.Number, sample), out var known))
            return known;

        Value value;
        if (node.Op is "Shape" or "Size")
        {
            bool changed = node.Input(0) is { } x && cut.Changes(x);
            value = changed ? new(true, Result(node, tensor, [new(cut.Dims(node.Input(0)!, sample))])) : new(false, Before(tensor, sample));
        }
        else
        {
            Value[] inputs = [.. node.Inputs.Select(input => input is null ? new(false, null) : Evaluate(input, sample, depth + 1))];
            value = inputs.Any(i => i.Changed)
                ? new(true, Result(node, tensor, [.. node.Inputs.Select((input, i) => input?.Dims is null ? null : new ObservedTensor(cut.Dims(input, sample), inputs[i].Integers))]))
                : new(false, Before(tensor, sample));
        }

        return _known[(tensor.Number, sample)] = value;
    }

    private IReadOnlyList<long>? Result(GraphNode node, GraphTensor tensor, IReadOnlyList<ObservedTensor?> inputs)
    {
        var results = IntegerEvaluator.Evaluate(node.Proto, cut.Graph.Opset, inputs, _constant);
        int output = node.Outputs.ToList().IndexOf(tensor);
        return results is not null && output < results.Length ? results[output].Integers : null;
    }

    private static bool IsSmall(GraphTensor tensor) => tensor.Dims is { } dims && dims.Aggregate(1L, (product, dim) => product * dim) <= ObservedTensor.MostIntegers;

    private readonly record struct Value(bool Changed, IReadOnlyList<long>? Integers);
}
