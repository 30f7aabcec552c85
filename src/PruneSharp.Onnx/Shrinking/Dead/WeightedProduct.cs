namespace PruneSharp.Onnx;

/// <summary>
/// A node that multiplies data by a constant weight: y[out] = scale · Σ x[in] · w[in, out] + bias. A pair is one input and one output that
/// meet in the weight; convolutions have a kernel for each.
/// </summary>
internal sealed class WeightedProduct
{
    private readonly bool _inputFirst;
    private readonly int _second;
    private readonly int _firstOfGroup;

    private WeightedProduct(OnnxModel model, GraphNode node, int dataAxis, int outputAxis, bool inputFirst, int groups)
    {
        Node = node;
        DataAxis = dataAxis;
        OutputAxis = outputAxis;
        var dims = Weight.Dims!;
        _inputFirst = inputFirst;
        _second = dims[1];
        _firstOfGroup = dims[0] / groups;
        int kernel = dims.Skip(2).Aggregate(1, (product, dim) => product * dim);
        Largest = new float[dims[0] * dims[1]];
        Sums = new float[Largest.Length];
        var values = ConstantValues.Open(model, Weight);
        var row = new double[_second * kernel];
        for (int first = 0, pair = 0; first < dims[0]; first++)
        {
            values.Read((long)first * row.Length, row);
            for (int second = 0; second < _second; second++, pair++)
            {
                double sum = 0, largest = 0;
                foreach (double value in row.AsSpan(second * kernel, kernel))
                {
                    sum += value;
                    largest = Math.Max(largest, Math.Abs(value));
                }

                Sums[pair] = (float)sum;
                Largest[pair] = (float)largest;
                if (largest > 0 && Largest[pair] == 0)
                    Largest[pair] = float.Epsilon;
            }

        }

        foreach (float largest in Largest)
            Most = Math.Max(Most, largest);
    }

    /// <summary>The node.</summary>
    public GraphNode Node { get; }

    /// <summary>The operand that varies.</summary>
    public GraphTensor Data => Node.Inputs[0]!;

    /// <summary>Its axis that is added over.</summary>
    public int DataAxis { get; }

    /// <summary>The constant.</summary>
    public GraphTensor Weight => Node.Inputs[1]!;

    /// <summary>The result.</summary>
    public GraphTensor Output => Node.Outputs[0]!;

    /// <summary>Its axis that counts outputs.</summary>
    public int OutputAxis { get; }

    /// <summary>By pair, the largest absolute weight; NaN where one is NaN.</summary>
    public float[] Largest { get; }

    /// <summary>By pair, the sum of the weights.</summary>
    public float[] Sums { get; }

    /// <summary>The largest absolute value of the whole weight.</summary>
    public float Most { get; }

    /// <summary>Factor of the products.</summary>
    public double Scale => Node.Op == "Gemm" ? ElementFunctions.Attribute(Node, "alpha", 1) : 1;

    /// <summary>Factor of the bias.</summary>
    public double BiasScale => Node.Op == "Gemm" ? ElementFunctions.Attribute(Node, "beta", 1) : 1;

    /// <summary>Why a constant input does not add the same to every element of an output; null where it does.</summary>
    public string? Uneven => Node.Op switch
    {
        "ConvTranspose" => $"a constant other than 0 spreads unevenly in {Node.Name}",
        "Conv" when Node.Text("auto_pad", "NOTSET") is not ("NOTSET" or "VALID") || (Node.Ints("pads") ?? []).Any(pad => pad != 0) =>
            $"a constant other than 0 does not reach the zero-padded border of {Node.Name}",
        _ => null,
    };

    /// <summary>Whether a largest absolute value counts as zero.</summary>
    public bool IsZero(float largest, double threshold) => largest == 0 || (float.IsFinite(Most) && largest <= threshold * Most);

    /// <summary>The input of a pair.</summary>
    public int Input(int pair) => _inputFirst ? pair / _second : (pair / _second / _firstOfGroup * _second) + (pair % _second);

    /// <summary>The output of a pair.</summary>
    public int Target(int pair) => _inputFirst ? (pair / _second / _firstOfGroup * _second) + (pair % _second) : pair / _second;

    /// <summary>The product that a node is; null where it is none, or its weight is no constant.</summary>
    public static WeightedProduct? Of(OnnxModel model, GraphNode node)
    {
        if (ShrinkGraph.Domain(node.Proto) != "" || node.Input(0) is not { Rank: > 0 } x || node.Input(1) is not { Rank: > 1, Stored.ElementType: not null } w || node.Output(0) is not { } y || w.Dims!.Contains(0))
            return null;
        int groups = (int)node.Int("group", 1);
        return node.Op switch
        {
            "Conv" when x.Rank == w.Rank && groups > 0 && w.Dims![0] % groups == 0 && w.Dims[1] * groups == x.Dims![1] && y.Rank == x.Rank => new(model, node, 1, 1, false, groups),
            "ConvTranspose" when x.Rank == w.Rank && groups > 0 && w.Dims![0] % groups == 0 && w.Dims[0] == x.Dims![1] && y.Rank == x.Rank => new(model, node, 1, 1, true, groups),
            "Gemm" when x.Rank == 2 && w.Rank == 2 && node.Int("transA", 0) == 0 => new(model, node, 1, 1, node.Int("transB", 0) == 0, 1),
            "MatMul" when w.Rank == 2 && y.Rank == x.Rank => new(model, node, x.Rank - 1, y.Rank - 1, true, 1),
            _ => null,
        };
    }
}
