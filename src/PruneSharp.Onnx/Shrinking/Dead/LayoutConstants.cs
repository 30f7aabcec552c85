namespace PruneSharp.Onnx;

/// <summary>
/// Operators whose output indices are made of input indices: what is the same in all input indices that the operator's rule unites with an
/// output index is the same there.
/// </summary>
internal static class LayoutConstants
{
    /// <summary>Sets the constant indices of the outputs.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="node">A node all of whose values have known shapes.</param>
    /// <param name="values">Number of inputs that are data, from the first on.</param>
    /// <param name="constants">What is known.</param>
    /// <param name="passes">Whether a value comes through; null for all.</param>
    public static void Set(ShrinkGraph graph, GraphNode node, int values, SlotConstants constants, Func<double, bool>? passes = null)
    {
        if (OperatorRules.Of(node.Proto) is not { } rule || !node.Inputs.Take(values).OfType<GraphTensor>().Any(constants.Any))
            return;
        // The rule is asked of copies, so that classes hold nothing but this node's own doing; even the same input twice is two values.
        var copies = new List<GraphTensor>();
        GraphTensor?[] inputs = [.. node.Inputs.Select(Copy)], outputs = [.. node.Outputs.Select(Copy)];
        var alone = new ShrinkGraph { Model = graph.Model, Shapes = graph.Shapes, Tensors = copies, ByName = new Dictionary<string, GraphTensor>(), Nodes = [], Fixed = [], Opset = graph.Opset };
        var slots = new SlotTable(alone);
        var copy = new GraphNode(node.Proto, inputs, outputs);
        if (rule.Couple(copy, new(alone, slots, null) { Node = copy }) is not null)
            return;

        var found = new Dictionary<int, double>();
        for (int input = 0; input < Math.Min(values, inputs.Length); input++)
            Each(node.Inputs[input], inputs[input], (axis, i, root) =>
            {
                double value = constants[node.Inputs[input]!, axis, i];
                found[root] = !found.TryGetValue(root, out double other) || other == value ? value : double.NaN;
            });
        for (int output = 0; output < outputs.Length; output++)
            Each(node.Outputs[output], outputs[output], (axis, i, root) =>
            {
                if (found.TryGetValue(root, out double value) && passes?.Invoke(value) != false)
                    constants[node.Outputs[output]!, axis, i] = value;
            });

        GraphTensor? Copy(GraphTensor? tensor)
        {
            if (tensor is null)
                return null;
            copies.Add(new(tensor.Name, copies.Count) { Dims = tensor.Dims, Dynamic = tensor.Dynamic, Stored = tensor.Stored, Integers = tensor.Integers });
            return copies[^1];
        }

        void Each(GraphTensor? tensor, GraphTensor? copied, Action<int, int, int> visit)
        {
            for (int axis = 0; tensor is not null && axis < tensor.Rank; axis++)
                for (int i = 0; i < tensor.Dims![axis]; i++)
                    visit(axis, i, slots.Root(copied!, axis, i));
        }
    }
}
