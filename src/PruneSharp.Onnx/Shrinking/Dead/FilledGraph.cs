using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Puts a <see cref="FillRule"/> in front of operands of element-wise operators that are constant in some channels.</summary>
internal static class FilledGraph
{
    // Writing an operand anew moves it a few times through memory and back out of the blocked layout: about as long as so many
    // multiply-accumulates for each of its elements.
    private const double WriteCost = 200;

    /// <summary>The graph with the places.</summary>
    /// <param name="graph">A graph that nothing else uses.</param>
    /// <param name="constants">Constants of an equal graph.</param>
    /// <param name="where">Which operands.</param>
    public static ShrinkGraph Of(ShrinkGraph graph, SlotConstants constants, DeadFill where)
    {
        if (where == DeadFill.Never)
            return graph;
        var tensors = graph.Tensors.ToList();
        var nodes = new List<GraphNode>();
        foreach (var node in graph.Nodes)
        {
            var inputs = node.Inputs.ToArray();
            for (int i = 0; i < inputs.Length; i++)
                if (Channels(node, i, constants) is (int axis, { Count: > 0 } channels) && (where == DeadFill.Always || Saves(inputs[i]!, axis, channels.Count)))
                    inputs[i] = Fill(inputs[i]!, axis, channels);
            var current = inputs.SequenceEqual(node.Inputs) ? node : new GraphNode(node.Proto, inputs, node.Outputs);
            nodes.Add(current);
            if (current != node)
                Replace(node, current);
        }

        return new() { Model = graph.Model, Shapes = graph.Shapes, Tensors = tensors, ByName = graph.ByName, Nodes = nodes, Fixed = graph.Fixed, Opset = graph.Opset };

        GraphTensor Fill(GraphTensor operand, int axis, List<long> channels)
        {
            var proto = new NodeProto { OpType = FillRule.Op, Domain = FillRule.Domain, Name = $"{operand.Name}, filled" };
            proto.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = axis });
            proto.Attribute.Add(new AttributeProto { Name = "channels", Type = AttributeProto.Types.AttributeType.Ints, Ints = { channels } });
            var filled = new GraphTensor(operand.Name, tensors.Count) { Dims = operand.Dims, Dynamic = operand.Dynamic };
            tensors.Add(filled);
            nodes.Add(new(proto, [operand], [filled]));
            filled.Producer = nodes[^1];
            operand.Uses.Add((nodes[^1], 0));
            return filled;
        }
    }

    // The first axis with constant channels, of an operand that is computed and has company that varies.
    private static (int Axis, List<long> Channels)? Channels(GraphNode node, int input, SlotConstants constants)
    {
        if (node.Op is not ("Add" or "Sub" or "Max" or "Min" or "Sum" or "Mean") || node.Input(input) is not { IsConstant: false } operand || node.Output(0) is not { } y || operand.Rank != y.Rank
            || node.Inputs.Count(t => t?.IsConstant == false) < 2 || !constants.Any(operand) || !operand.Dims!.SequenceEqual(y.Dims!))
            return null;
        for (int axis = 0; axis < operand.Rank; axis++)
        {
            int size = operand.Dims![axis];
            var channels = Enumerable.Range(0, size).Where(i => !double.IsNaN(constants[operand, axis, i])).Select(i => (long)i).ToList();
            if (size > 1 && !operand.Dynamic[axis] && channels.Count > 0)
                return (axis, channels);
        }

        return null;
    }

    // What computing the channels takes, against writing all of them.
    private static bool Saves(GraphTensor operand, int axis, int channels)
    {
        var tensor = operand;
        while (tensor.Producer is { } node && node.Inputs.Count > 0)
        {
            if (OperatorRules.Of(node.Proto) is not { } rule)
                return false;
            if (rule.Macs(node, t => [.. t.Dims!.Select(dim => (long)dim)]) is > 0 and var macs)
                return macs / (double)operand.Dims![axis] * channels > WriteCost * operand.Dims.Aggregate(1.0, (product, dim) => product * dim);
            if (node.Input(0) is not { } input)
                return false;
            tensor = input;
        }

        return false;
    }

    private static void Replace(GraphNode node, GraphNode current)
    {
        foreach (var tensor in node.Inputs.OfType<GraphTensor>())
            tensor.Uses.RemoveAll(use => use.Node == node);
        for (int i = 0; i < current.Inputs.Count; i++)
            current.Inputs[i]?.Uses.Add((current, i));
        foreach (var output in current.Outputs.OfType<GraphTensor>())
            output.Producer = current;
    }
}
