namespace PruneSharp.Onnx;

/// <summary>One pass over a graph that finds channels with the same value everywhere, for every input of the model.</summary>
internal sealed class ChannelConstants
{
    private readonly ShrinkGraph _graph;
    private readonly double _threshold;
    private readonly Dictionary<GraphNode, WeightedProduct> _products = [];

    private ChannelConstants(ShrinkGraph graph, SlotTable slots, double threshold)
    {
        _graph = graph;
        _threshold = threshold;
        Values = new(slots);
    }

    /// <summary>What is known.</summary>
    public SlotConstants Values { get; }

    /// <summary>Nodes that multiply by constant weights.</summary>
    public IReadOnlyDictionary<GraphNode, WeightedProduct> Products => _products;

    /// <summary>Runs the pass.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="slots">Its slots.</param>
    /// <param name="threshold">Part of a weight's largest absolute value up to which slices count as zero.</param>
    public static ChannelConstants Of(ShrinkGraph graph, SlotTable slots, double threshold)
    {
        var pass = new ChannelConstants(graph, slots, threshold);
        foreach (var node in graph.Nodes)
            if (node.Tensors.All(t => t.Dims is not null) && WeightedProduct.Of(graph.Model, node) is { } product)
                pass._products.Add(node, product);
        foreach (var tensor in graph.Tensors.Where(t => t.IsConstant && t.Dims is not null && !t.Uses.All(use => use.Input == 1 && pass._products.ContainsKey(use.Node))))
            StoredConstants.Read(graph.Model, tensor, pass.Values);
        foreach (var node in graph.Nodes)
            if (ShrinkGraph.Domain(node.Proto) is "" or FillRule.Domain && node.Tensors.All(t => t.Dims is not null))
                pass.Visit(node);
        return pass;
    }

    private void Visit(GraphNode node)
    {
        switch (node.Op)
        {
            case "Conv" or "ConvTranspose" or "Gemm" or "MatMul" when _products.TryGetValue(node, out var product):
                ProductConstants.Weighted(product, Values, _threshold);
                break;
            case "MatMul":
                ProductConstants.Matrices(node, Values);
                break;
            case "BatchNormalization" or "InstanceNormalization":
                NormalizationConstants.Set(node, Values, _threshold);
                break;
            case "LSTM" or "GRU" or "RNN":
                RecurrentZeros.Set(node, Values);
                break;
            case "Add" or "Sub" or "Mul" or "Div" or "Max" or "Min" or "Sum" or "Mean" or "Pow" or "PRelu" or "Where" or "Expand":
                Broadcast(node);
                break;
            case "Reshape" or "Flatten":
                ReshapeConstants.Set(node, Values);
                break;
            case "Concat":
                LayoutConstants.Set(_graph, node, node.Inputs.Count, Values);
                break;
            case "Split" or "Slice" or "Gather" or "Transpose" or "Squeeze" or "Unsqueeze" or "Tile" or "DepthToSpace" or "SpaceToDepth":
            case "MaxPool" or "GlobalAveragePool" or "GlobalMaxPool" or "Upsample" or "ReduceMean" or "ReduceMax" or "ReduceMin":
                LayoutConstants.Set(_graph, node, 1, Values);
                break;
            case "Resize" or "AveragePool" or "GridSample" or "LpPool" or "GlobalLpPool" or "ReduceSum" or "ReduceL1" or "ReduceL2" or "ReduceSumSquare" or "Pad":
                LayoutConstants.Set(_graph, node, 1, Values, value => Keeps(node, value));
                break;
            default:
                Unary(node);
                break;
        }
    }

    // Whether a value stays what it is where an operator may mix in others: zeros, or a border of the user's.
    private bool Keeps(GraphNode node, double value) => node.Op switch
    {
        "Resize" => node.Text("coordinate_transformation_mode") != "tf_crop_and_resize" || value == ElementFunctions.Attribute(node, "extrapolation_value", 0),
        "AveragePool" => value == 0 || node.Int("count_include_pad", 0) == 0,
        "GridSample" => value == 0 || node.Text("padding_mode", "zeros") != "zeros",
        "Pad" => node.Text("mode", "constant") != "constant" || node.Ints("pads", 1)?.All(pad => pad <= 0) == true
            || value == (node.Input(2) is { } border ? Values.Uniform(border) : ElementFunctions.Attribute(node, "value", 0)),
        _ => value == 0,
    };

    private void Unary(GraphNode node)
    {
        if (node.Input(0) is not { } x || node.Output(0) is not { } y || !Values.Any(x) || !x.Dims!.SequenceEqual(y.Dims!))
            return;
        double Parameter(int input) => node.Input(input) is { } parameter ? Values.Uniform(parameter) : double.NaN;
        for (int axis = 0; axis < y.Rank; axis++)
            for (int i = 0; i < y.Dims![axis]; i++)
                if (Values[x, axis, i] is var value && !double.IsNaN(value))
                    Values[y, axis, i] = ElementFunctions.Unary(node, value, Parameter);
    }

    private void Broadcast(GraphNode node)
    {
        if (node.Output(0) is not { } y || node.Has("broadcast"))
            return;
        GraphTensor[] operands = [.. node.Inputs.Take(node.Op == "Expand" ? 1 : node.Inputs.Count).OfType<GraphTensor>()];
        if (operands.Any(operand => operand.Rank > y.Rank))
            return;
        var values = new double[operands.Length];
        for (int axis = 0; axis < y.Rank; axis++)
        {
            for (int i = 0; i < y.Dims![axis]; i++)
            {
                for (int k = 0; k < values.Length; k++)
                    values[k] = Values.Operand(operands[k], y, axis, i);
                Values[y, axis, i] = node.Op == "Expand" ? values[0] : ElementFunctions.Several(node.Op, values);
            }
        }
    }
}
