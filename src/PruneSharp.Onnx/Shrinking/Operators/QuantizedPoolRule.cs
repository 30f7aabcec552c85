namespace PruneSharp.Onnx;

/// <summary>QLinearGlobalAveragePool and QLinearAveragePool: channels stay what they are.</summary>
internal sealed class QuantizedPoolRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { Rank: > 2 } x || node.Output(0) is not { } y || y.Rank != x.Rank || node.Int("channels_last", 0) != 0 || x.Dims![1] != y.Dims![1])
            return "its channels cannot be told from its other axes";
        foreach (int axis in new[] { 0, 1 })
            coupling.Same(x, axis, y, axis);
        foreach (var tensor in new[] { x, y })
            coupling.PinAxes(tensor, Enumerable.Range(2, x.Rank - 2), "spatial axis");
        return null;
    }
}
