namespace PruneSharp.Onnx;

/// <summary>Operators that keep batch and channels (axes 0 and 1) and work on each channel's picture: pools, Resize, GridSample.</summary>
/// <param name="sizes">Position of an input with the output's dimensions; -1 for none.</param>
internal sealed class PoolRule(int sizes = -1) : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { Rank: > 2 } x || node.Output(0) is not { } y || y.Rank != x.Rank || node.Outputs.Count(o => o is not null) > 1)
            return "its channels cannot be told from its other axes";
        for (int axis = 0; axis < x.Rank; axis++)
        {
            if (axis < 2 && x.Dims![axis] == y.Dims![axis])
            {
                coupling.Same(x, axis, y, axis);
            }
            else
            {
                coupling.Pin(x, axis, "spatial axis");
                coupling.Pin(y, axis, "spatial axis");
            }
        }

        foreach (var other in node.Inputs.Skip(1).OfType<GraphTensor>().Where(t => t.Rank > 1))
            coupling.Pin(other, "spatial axis");
        return null;
    }

    public override void Rewrite(GraphNode node, Rewriting rewriting)
    {
        var y = node.Output(0)!;
        if (sizes < 0 || node.Input(sizes) is not { Dims: [> 0] })
            return;
        // Newer versions name the axes that change.
        if (node.Ints("axes") is { } axes)
            rewriting.Require(node, sizes, sample => [.. axes.Select(axis => rewriting.Dims(y, sample)[GraphNode.Axis(axis, y.Rank)])]);
        else
            rewriting.Require(node, sizes, sample => rewriting.Dims(y, sample));
    }
}
