namespace PruneSharp.Onnx;

/// <summary>
/// LSTM, GRU and RNN: hidden unit h is one row of each gate in W, R and B, a column of R, and an index of every state. All directions
/// lose the same units.
/// </summary>
/// <param name="gates">Gates of a unit.</param>
internal sealed class RecurrentRule(int gates) : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { Rank: 3 } x || node.Input(1) is not { Rank: 3 } w || node.Input(2) is not { Rank: 3 } r || node.Int("layout", 0) != 0)
            return "its shapes do not match, or its batch comes first";
        int hidden = (int)node.Int("hidden_size", r.Dims![2]);
        if (hidden < 1 || r.Dims![2] != hidden || w.Dims![1] != gates * (long)hidden || r.Dims[1] != w.Dims[1])
            return "its hidden size does not match its weights";
        coupling.PinAxes(x, [0, 1], "sequence and batch axes");
        foreach (var tensor in new[] { w, r })
            coupling.Pin(tensor, 0, "direction axis");
        coupling.Same(x, 2, w, 2);
        coupling.Contract(0, 2, 1, 2);
        Rows(coupling, w, 1, gates, r);
        Rows(coupling, r, 1, gates, r);
        if (node.Input(3) is { Rank: 2 } bias)
            Rows(coupling, bias, 1, 2 * gates, r);
        if (node.Input(4) is { } lengths)
            coupling.Pin(lengths, "batch axis");
        foreach (var state in new[] { node.Input(5), node.Input(6) }.OfType<GraphTensor>())
        {
            coupling.PinAxes(state, Enumerable.Range(0, state.Rank - 1), "direction and batch axes");
            coupling.Same(state, state.Rank - 1, r, 2);
        }

        if (node.Input(7) is { Rank: 2 } peepholes)
            Rows(coupling, peepholes, 1, 3, r);
        foreach (var y in node.Outputs.OfType<GraphTensor>())
        {
            coupling.PinAxes(y, Enumerable.Range(0, y.Rank - 1), "sequence, direction and batch axes");
            coupling.Same(y, y.Rank - 1, r, 2);
        }

        coupling.Mark(r, 2, SlotFlags.Contracted);
        coupling.Sites.Add(new(ContractionKind.Product, node, 2, 2));
        return null;
    }

    public override long Macs(GraphNode node, Func<GraphTensor, IReadOnlyList<long>> dims)
    {
        var x = dims(node.Input(0)!);
        return x[0] * x[1] * (Product(dims(node.Input(1)!)) + Product(dims(node.Input(2)!)));
    }

    public override void Rewrite(GraphNode node, Rewriting rewriting) => rewriting.SetInt(node, "hidden_size", rewriting.Size(node.Input(2)!, 2));

    private static void Rows(Coupling coupling, GraphTensor tensor, int axis, int count, GraphTensor r)
    {
        int hidden = r.Dims![2];
        coupling.PinAxes(tensor, Enumerable.Range(0, tensor.Rank).Where(a => a != axis && tensor.Rank == 2), "direction axis");
        for (int i = 0; i < tensor.Dims![axis] && tensor.Dims[axis] == count * hidden; i++)
            coupling.Same(tensor, axis, i, r, 2, i % hidden);
    }
}
