namespace PruneSharp.Onnx;

/// <summary>
/// A place where constant channels of a value are written anew, so that what computes them can go while the channels stay. It stands in the
/// graph only, in front of an operand; where channels really go it becomes nodes (<see cref="FilledOperands"/>).
/// </summary>
internal sealed class FillRule : OperatorRule
{
    /// <summary>Domain of the operator, which no file has.</summary>
    public const string Domain = "prunesharp";

    /// <summary>Its type.</summary>
    public const string Op = "Fill";

    public override string? Couple(GraphNode node, Coupling coupling)
    {
        GraphTensor x = node.Input(0)!, y = node.Output(0)!;
        int filled = (int)node.Int("axis", 1);
        var constant = node.Ints("channels")!.ToHashSet();
        for (int axis = 0; axis < x.Rank; axis++)
            if (axis != filled)
                coupling.Same(x, axis, y, axis);
        for (int i = 0; i < x.Dims![filled]; i++)
            if (!constant.Contains(i))
                coupling.Same(x, filled, i, y, filled, i);
        coupling.Contract(ContractionKind.Sum, 0, filled);
        return null;
    }
}
