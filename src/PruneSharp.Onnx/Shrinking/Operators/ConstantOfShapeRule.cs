namespace PruneSharp.Onnx;

/// <summary>ConstantOfShape: the same value everywhere, in any size.</summary>
internal sealed class ConstantOfShapeRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling) => node.Output(0) is null ? "its shapes do not match" : null;

    public override void Rewrite(GraphNode node, Rewriting rewriting) => rewriting.Require(node, 0, sample => rewriting.Dims(node.Output(0)!, sample));
}
