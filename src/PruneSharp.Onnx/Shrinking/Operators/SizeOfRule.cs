namespace PruneSharp.Onnx;

/// <summary>Shape and Size: numbers that follow the shape of their input by themselves; what uses them is looked at when the model is written.</summary>
internal sealed class SizeOfRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling) => null;
}
