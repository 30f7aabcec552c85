namespace PruneSharp.Onnx;

/// <summary>ONNX Runtime's quantised element-wise operators: values at given inputs, scales and zero points of the whole value between them.</summary>
/// <param name="values">Positions of the values.</param>
internal sealed class QuantizedBroadcastRule(params int[] values) : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Output(0) is not { } y || values.Any(v => node.Input(v) is null))
            return "its shapes do not match";
        if (node.Inputs.Where((t, i) => t is not null && !values.Contains(i)).Any(t => t!.Dims!.Any(dim => dim != 1)))
            return "its scales are not for the whole value";
        return BroadcastRule.Couple(coupling, y, values.Select(v => node.Input(v)!));
    }
}
