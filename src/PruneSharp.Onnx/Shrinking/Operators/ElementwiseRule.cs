namespace PruneSharp.Onnx;

/// <summary>Operators that compute each element from the same element of their first input, with scalars at most beside it.</summary>
internal sealed class ElementwiseRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { } x || node.Outputs.OfType<GraphTensor>().Any(y => y.Rank != x.Rank))
            return "its shapes do not match";
        if (node.Inputs.Skip(1).OfType<GraphTensor>().Any(scalar => scalar.Dims!.Any(dim => dim != 1)))
            return "its parameters are no scalars";
        foreach (var y in node.Outputs.OfType<GraphTensor>())
            coupling.Same(x, y);
        return null;
    }
}
