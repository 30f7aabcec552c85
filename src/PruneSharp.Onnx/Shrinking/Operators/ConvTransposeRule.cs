namespace PruneSharp.Onnx;

/// <summary>ConvTranspose: x [N, C, …], w [C, M/group, …], b [M].</summary>
internal sealed class ConvTransposeRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (ConvRule.Operands(node, 1) is not var (x, weight, y))
            return "its shapes do not match";
        int groups = (int)node.Int("group", 1), inputs = weight.Dims![0], outputsOfGroup = weight.Dims[1];
        if (groups < 1 || inputs != x.Dims![1] || inputs % groups != 0 || outputsOfGroup * (long)groups != y.Dims![1])
            return "its channels do not match its groups";
        ConvRule.PinPictures(coupling, x, weight, y);
        coupling.Same(x, 1, weight, 0);
        if (node.Input(2) is { } bias)
            coupling.Same(bias, 0, y, 1);

        int inputsOfGroup = inputs / groups;
        if (groups > 1 && inputsOfGroup == 1)
        {
            coupling.Pin(weight, 1, "its filters have one input channel each");
            for (int i = 0; i < y.Dims![1]; i++)
                coupling.Same(x, 1, i / outputsOfGroup, y, 1, i);
            return null;
        }

        for (int i = inputsOfGroup; i < inputs; i++)
            coupling.Same(x, 1, i, x, 1, i % inputsOfGroup);
        for (int i = 0; i < y.Dims![1]; i++)
            coupling.Same(y, 1, i, weight, 1, i % outputsOfGroup);
        coupling.Contract(0, 1, 1, 0);
        return null;
    }

    public override long Macs(GraphNode node, Func<GraphTensor, IReadOnlyList<long>> dims) =>
        Product(dims(node.Input(0)!)) * Product(dims(node.Input(1)!).Skip(1));

    public override void Rewrite(GraphNode node, Rewriting rewriting)
    {
        if (node.Int("group", 1) is > 1 and var groups && node.Input(1)!.Dims![0] == groups)
            rewriting.SetInt(node, "group", rewriting.Size(node.Input(0)!, 1));
    }
}
