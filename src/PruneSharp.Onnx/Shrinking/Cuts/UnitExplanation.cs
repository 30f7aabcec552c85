namespace PruneSharp.Onnx;

/// <summary>All that one channel touches.</summary>
/// <param name="Name">What was asked for.</param>
/// <param name="Family">The family it belongs to; null where it cannot go.</param>
/// <param name="Reason">Why it cannot go; null where it can.</param>
/// <param name="Weights">Slices of constants that go with it.</param>
/// <param name="Values">Slices of computed values that go with it.</param>
public sealed record UnitExplanation(string Name, string? Family, string? Reason, IReadOnlyList<CutSlice> Weights, IReadOnlyList<CutSlice> Values)
{
    /// <summary>Explains an output channel (<c>conv1.weight:5</c>) or any index of an axis (<c>conv1.weight:1:5</c>) of a constant, a node or a value.</summary>
    /// <exception cref="ArgumentException">There is no such name or index.</exception>
    internal static UnitExplanation Of(ShrinkAnalysis analysis, string name)
    {
        var (tensor, axis, index) = Find(analysis.Graph, name);
        var slots = analysis.Propagation.Slots;
        int root = slots.Root(tensor, axis, index);
        var family = analysis.Open.FirstOrDefault(f => f.Units.Any(u => u.Root == root));
        var slices = analysis.Graph.Tensors.Where(t => t.Uses.Count > 0 || !t.IsConstant).SelectMany(t => Slices(slots, t, root)).ToLookup(s => s.Constant, s => s.Slice);
        return new(name, family?.Name, family is null ? analysis.Reason(root) : null, [.. slices[true]], [.. slices[false]]);
    }

    private static IEnumerable<(bool Constant, CutSlice Slice)> Slices(SlotTable slots, GraphTensor tensor, int root)
    {
        for (int axis = 0; axis < tensor.Rank; axis++)
        {
            int[] indices = [.. Enumerable.Range(0, tensor.Dims![axis]).Where(i => slots.Root(tensor, axis, i) == root)];
            if (indices.Length > 0)
                yield return (tensor.IsConstant, new(tensor.Name, axis, indices, tensor.IsConstant ? tensor.Uses[0].Node.Name : tensor.Producer?.Name));
        }
    }

    // A node stands for its weight, or for what it computes.
    private static GraphTensor? Of(GraphNode? node) => node?.Inputs.OfType<GraphTensor>().FirstOrDefault(t => t.IsConstant && t.Rank > 1 && t.Integers is null)
        ?? node?.Outputs.OfType<GraphTensor>().FirstOrDefault(t => t.Rank > 0);

    private static (GraphTensor Tensor, int Axis, int Index) Find(ShrinkGraph graph, string name)
    {
        const string Expected = "Use NAME:INDEX for an output channel, or NAME:AXIS:INDEX.";
        string[] parts = name.Split(':');
        // Names may hold colons themselves.
        for (int numbers = 2; numbers >= 1; numbers--)
        {
            if (parts.Length <= numbers || !parts[^numbers..].All(part => int.TryParse(part, out int number) && number >= 0))
                continue;
            string called = string.Join(':', parts[..^numbers]);
            var tensor = graph.Tensors.FirstOrDefault(t => t.Name == called && t.Rank > 0 && (t.Uses.Count > 0 || !t.IsConstant))
                ?? Of(graph.Nodes.FirstOrDefault(n => n.Name == called));
            if (tensor is null)
                continue;
            int axis = numbers == 2 ? int.Parse(parts[^2]) : tensor.IsConstant ? FamilyFinder.Outputs(tensor) ?? 0 : Math.Min(1, tensor.Rank - 1), index = int.Parse(parts[^1]);
            return axis < tensor.Rank && index < tensor.Dims![axis]
                ? (tensor, axis, index)
                : throw new ArgumentException($"{tensor.Name} has shape [{string.Join(", ", tensor.Dims!)}]; there is no axis {axis} with an index {index}. {Expected}");
        }

        if (graph.Tensors.Any(t => t.Name == name) || graph.Nodes.Any(n => n.Name == name))
            throw new ArgumentException($"Which index of {name}? {Expected}");
        throw new ArgumentException($"{name} names no constant, value or node of the model.{NearNames.DidYouMean(parts[0], graph.Tensors.Select(t => t.Name))} {Expected}");
    }
}
