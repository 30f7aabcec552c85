namespace PruneSharp.Kernels;

/// <summary>Turns a region's operators into operations, with biases, normalisations, residual sums and activations fused into the layers before them.</summary>
internal sealed class RegionModelBuilder
{
    private readonly LayerGraph _graph;
    private readonly List<LayerNode> _nodes;
    private readonly LayerUses _uses;
    private readonly List<RegionOperation?> _operations = [];
    private readonly Dictionary<string, int> _places = [];
    private bool _isMatrix;

    private RegionModelBuilder(LayerGraph graph)
    {
        _graph = graph;
        _nodes = [.. GraphSimplifier.Simplify(graph).Select(simple => simple.Node)];
        _uses = new LayerUses(_nodes, graph.Outputs);
    }

    /// <summary>Builds the operations.</summary>
    /// <exception cref="NotSupportedException">The engine cannot run one of the operators.</exception>
    public static RegionModel Build(LayerGraph graph)
    {
        RegionModelBuilder builder = new(graph);
        foreach (LayerNode node in builder._nodes) builder.Add(node);
        return new RegionModel(builder._isMatrix, [.. builder._operations.OfType<RegionOperation>()], graph.Inputs, graph.Outputs);
    }

    private void Add(LayerNode node)
    {
        NodeRole role = NodeRoles.Of(node, _graph);
        if (!role.IsUnderstood) throw new NotSupportedException($"{node.Operator} '{node.Name}' cannot be run: {role.Refusal}.");
        _isMatrix |= role.Kind == RegionKind.Matrix;
        string output = node.Outputs[0];
        switch (node.Operator)
        {
            case "Conv" or "Gemm" or "MatMul":
                Append(LayerReader.Read(node, _graph));
                break;
            case "BatchNormalization":
                Normalize(node);
                break;
            case "Add" when NodeRoles.AddedBias(node, _graph) is { } biased:
                AddBias(output, biased.Value, _graph.Constants[biased.Constant]);
                break;
            case "Add":
                AddValues(node);
                break;
            case "Mul":
                int gate = NodeRoles.GateInput(node, _graph);
                Append(new ScaleOperation(output, node.Inputs[1 - gate], node.Inputs[gate]));
                break;
            case "MaxPool":
                Append(new MaximumOperation(output, node.Inputs[0], LayerReader.Window(node, 0, 0, [.. node.Integers("kernel_shape")])));
                break;
            case "GlobalAveragePool":
                Append(new MeanOperation(output, node.Inputs[0]));
                break;
            default:
                Activate(output, node.Inputs[0], ActivationReader.Read(node, _graph));
                break;
        }
    }

    private void Activate(string output, string input, Activation activation)
    {
        RegionOperation fused = Fusable(input) switch
        {
            WeightOperation { Activation.Kind: ActivationKind.None } layer => Take(layer with { Output = output, Activation = activation }, input),
            AddOperation { Activation.Kind: ActivationKind.None } sum => Take(sum with { Output = output, Activation = activation }, input),
            _ => new ActivationOperation(output, input, activation),
        };
        Append(fused);
    }

    private void AddBias(string output, string input, LayerConstant constant)
    {
        if (Fusable(input) is WeightOperation { Activation.Kind: ActivationKind.None } layer && layer.Bias.Length == constant.Values.Length)
        {
            float[] bias = [.. layer.Bias];
            for (int i = 0; i < bias.Length; i++) bias[i] += constant.Values.Span[i];
            Append(Take(layer with { Output = output, Bias = bias }, input));
            return;
        }

        throw new NotSupportedException($"'{output}' adds a constant to a value that no layer of the region makes.");
    }

    private void Normalize(LayerNode node)
    {
        if (Fusable(node.Inputs[0]) is not WeightOperation { Activation.Kind: ActivationKind.None, HasResidual: false } layer)
            throw new NotSupportedException($"BatchNormalization '{node.Name}' does not follow a layer of the region.");
        ReadOnlySpan<float> gamma = Constant(node, 1), beta = Constant(node, 2), mean = Constant(node, 3), variance = Constant(node, 4);
        float epsilon = node.Number("epsilon", 1e-5f);
        float[] factors = new float[layer.Bias.Length];
        float[] bias = new float[factors.Length];
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] = (float)(gamma[i] / Math.Sqrt((double)variance[i] + epsilon));
            bias[i] = ((layer.Bias[i] - mean[i]) * factors[i]) + beta[i];
        }

        Append(Take(layer with { Output = node.Outputs[0], Pattern = layer.Pattern.Scale(factors), Bias = bias }, node.Inputs[0]));
    }

    private void AddValues(LayerNode node)
    {
        // The later of two layers takes the sum in: its other operand is there by then.
        (string left, string right) = (node.Inputs[0], node.Inputs[1]);
        string? into = left == right ? null : new[] { left, right }
            .Where(input => Fusable(input) is WeightOperation { Activation.Kind: ActivationKind.None, HasResidual: false })
            .MaxBy(input => _places[input]);
        if (into is null || Fusable(into) is not WeightOperation layer)
        {
            Append(new AddOperation(node.Outputs[0], left, right, default));
            return;
        }

        Append(Take(layer with { Output = node.Outputs[0], Inputs = [layer.Inputs[0], into == left ? right : left] }, into));
    }

    // The operation that makes a value which nothing else reads.
    private RegionOperation? Fusable(string value) => _uses.OnlyReader(value) >= 0 && _places.TryGetValue(value, out int place) ? _operations[place] : null;

    private RegionOperation Take(RegionOperation replaced, string value)
    {
        _operations[_places[value]] = null;
        return replaced;
    }

    private void Append(RegionOperation operation)
    {
        _places[operation.Output] = _operations.Count;
        _operations.Add(operation);
    }

    private ReadOnlySpan<float> Constant(LayerNode node, int input) => _graph.Constants[node.Inputs[input]].Values.Span;
}
