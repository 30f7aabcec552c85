namespace PruneSharp.Onnx;

/// <summary>Normalisations with parameters for each channel (axis 1) whose statistics no other channel enters: BatchNormalization, InstanceNormalization.</summary>
internal sealed class BatchNormalizationRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { Rank: > 1 } x || node.Output(0) is not { } y || y.Rank != x.Rank)
            return "its shapes do not match";
        if (node.Outputs.Count(o => o is not null) > 1 || node.Int("training_mode", 0) != 0)
            return "it computes statistics for training";
        if (node.Int("spatial", 1) == 0)
            return "it has parameters for each place of the picture";
        coupling.Same(x, y);
        foreach (var vector in node.Inputs.Skip(1).OfType<GraphTensor>())
            coupling.Same(vector, 0, x, 1);
        return null;
    }
}
