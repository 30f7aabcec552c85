namespace PruneSharp.Onnx;

/// <summary>Tile: an axis repeated as a whole.</summary>
internal sealed class TileRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { } x || node.Output(0) is not { } y || y.Rank != x.Rank)
            return "its shapes do not match";
        for (int axis = 0; axis < x.Rank; axis++)
        {
            int size = x.Dims![axis];
            if (size == 0 || y.Dims![axis] % size != 0 || (size != y.Dims[axis] && (x.Dynamic[axis] || y.Dynamic[axis])))
            {
                coupling.Pin(x, axis, "repeated");
                coupling.Pin(y, axis, "repeated");
                continue;
            }

            for (int i = 0; i < y.Dims[axis]; i++)
                coupling.Same(x, axis, i % size, y, axis, i);
        }

        return null;
    }
}
