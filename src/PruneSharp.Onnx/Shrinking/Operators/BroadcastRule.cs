namespace PruneSharp.Onnx;

/// <summary>Operators that compute each element from the same element of all inputs, which are broadcast to one shape.</summary>
internal sealed class BroadcastRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling) =>
        node.Has("broadcast") ? "it broadcasts in the way of operators before version 7"
        : node.Output(0) is { } y && node.Outputs.Count(o => o is not null) == 1 ? Couple(coupling, y, node.Inputs.OfType<GraphTensor>()) : "its shapes do not match";

    /// <summary>Couples inputs that are broadcast with the output.</summary>
    public static string? Couple(Coupling coupling, GraphTensor y, IEnumerable<GraphTensor> inputs)
    {
        foreach (var x in inputs)
        {
            int shift = y.Rank - x.Rank;
            if (shift < 0)
                return "its shapes do not match";
            for (int axis = 0; axis < x.Rank; axis++)
            {
                if (x.Dims![axis] == y.Dims![axis + shift])
                    coupling.Same(x, axis, y, axis + shift);
                else
                    coupling.Pin(x, axis, "one value for all indices");
            }
        }

        return null;
    }
}
