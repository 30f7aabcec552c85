namespace PruneSharp.Onnx;

/// <summary>
/// Hidden units of LSTM, GRU and RNN that stay 0: their initial state is 0, and so are the rows that make the new state (the last gate, of
/// which the tangent is taken).
/// </summary>
internal static class RecurrentZeros
{
    /// <summary>Sets the outputs of such units.</summary>
    public static void Set(GraphNode node, SlotConstants constants)
    {
        if (node.Input(2) is not { Rank: 3 } r)
            return;
        for (int h = 0; h < r.Dims![2]; h++)
            if (StaysZero(node, h, constants))
                foreach (var y in node.Outputs.OfType<GraphTensor>())
                    constants[y, y.Rank - 1, h] = 0;
    }

    /// <summary>Whether a hidden unit is 0 in every direction, at every step.</summary>
    public static bool StaysZero(GraphNode node, int h, SlotConstants constants)
    {
        int gates = node.Op switch { "LSTM" => 4, "GRU" => 3, "RNN" => 1, _ => 0 };
        if (gates == 0 || node.Has("activations") || node.Input(1) is not { Rank: 3 } w || node.Input(2) is not { Rank: 3 } r)
            return false;
        int hidden = r.Dims![2], row = ((gates - 1) * hidden) + h;
        if (w.Dims![1] != gates * hidden || constants[w, 1, row] != 0 || constants[r, 1, row] != 0)
            return false;
        if (node.Input(3) is { } bias && (bias.Rank != 2 || constants[bias, 1, row] != 0 || constants[bias, 1, (gates * hidden) + row] != 0))
            return false;
        return new[] { node.Input(5), node.Input(6) }.OfType<GraphTensor>().All(state => constants[state, state.Rank - 1, h] == 0);
    }
}
