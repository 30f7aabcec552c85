namespace PruneSharp.Onnx;

/// <summary>Conv and its fused, integer and quantised forms: x [N, C, …], w [M, C/group, …], b [M].</summary>
/// <param name="w">Position of the weight.</param>
/// <param name="perOutput">Positions of inputs with one value an output channel, or one for all.</param>
/// <param name="residual">Position of a value that is added to the output; -1 for none.</param>
internal sealed class ConvRule(int w, int[] perOutput, int residual = -1) : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (Operands(node, w) is not var (x, weight, y))
            return "its shapes do not match";
        int groups = (int)node.Int("group", 1), inputs = weight.Dims![1], outputs = weight.Dims[0];
        if (groups < 1 || inputs * (long)groups != x.Dims![1] || outputs != y.Dims![1] || outputs % groups != 0)
            return "its channels do not match its groups";
        PinPictures(coupling, x, weight, y);
        coupling.Same(weight, 0, y, 1);
        foreach (var vector in perOutput.Select(node.Input).OfType<GraphTensor>().Where(v => v.Rank == 1 && v.Dims![0] == outputs))
            coupling.Same(vector, 0, y, 1);
        if (node.Input(residual) is { } added)
            coupling.Same(added, y);

        int outputsOfGroup = outputs / groups;
        if (groups > 1 && inputs == 1)
        {
            coupling.Pin(weight, 1, "one input channel a filter");
            for (int i = 0; i < outputs; i++)
                coupling.Same(x, 1, i / outputsOfGroup, y, 1, i);
            return null;
        }

        for (int i = 0; i < x.Dims![1]; i++)
            coupling.Same(x, 1, i, weight, 1, i % inputs);
        for (int i = outputsOfGroup; i < outputs; i++)
            coupling.Same(y, 1, i, y, 1, i % outputsOfGroup);
        coupling.Contract(0, 1, w, 1);
        return null;
    }

    /// <summary>Input, weight and output of a convolution; null where they are not of one rank.</summary>
    public static (GraphTensor X, GraphTensor Weight, GraphTensor Y)? Operands(GraphNode node, int w) =>
        node.Input(0) is { Rank: > 2 } x && node.Input(w) is { } weight && node.Output(0) is { } y && weight.Rank == x.Rank && y.Rank == x.Rank ? (x, weight, y) : null;

    /// <summary>Batch, pictures and kernels never shrink.</summary>
    public static void PinPictures(Coupling coupling, GraphTensor x, GraphTensor weight, GraphTensor y)
    {
        foreach (var tensor in new[] { x, weight, y })
            coupling.PinAxes(tensor, Enumerable.Range(2, tensor.Rank - 2), "spatial axis");
        coupling.Pin(x, 0, "batch axis");
        coupling.Pin(y, 0, "batch axis");
    }

    public override long Macs(GraphNode node, Func<GraphTensor, IReadOnlyList<long>> dims) =>
        Product(dims(node.Output(0)!)) * Product(dims(node.Input(w)!).Skip(1));

    public override void Rewrite(GraphNode node, Rewriting rewriting)
    {
        if (node.Int("group", 1) > 1 && node.Input(w)!.Dims![1] == 1)
            rewriting.SetInt(node, "group", rewriting.Size(node.Input(0)!, 1));
    }
}
