namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Recurrent layers of sequences [N, S, D].</summary>
internal static class RecurrentBlocks
{
    public static readonly Dictionary<string, Block> All = new()
    {
        ["Lstm"] = (w, dice, x) => Recurrent(w, dice, x, "LSTM", 4),
        ["Gru"] = (w, dice, x) => Recurrent(w, dice, x, "GRU", 3),
        ["Rnn"] = (w, dice, x) => Recurrent(w, dice, x, "RNN", 1),
    };

    private static Activation Recurrent(NetworkWriter w, Dice dice, Activation x, string op, int gates)
    {
        int hidden = dice.Of(4, 5, 6, 8, 12), directions = dice.Of(1, 1, 2);
        var first = w.Transpose(x, 1, 0, 2);
        string weights = w.Weight(dice, x[2], directions, gates * hidden, x[2]), recurrence = w.Weight(dice, hidden, directions, gates * hidden, hidden);
        List<string> inputs = [first.Name, weights, recurrence];
        if (!dice.OneIn(3))
            inputs.Add(w.Weight(dice, 4, directions, 2 * gates * hidden));
        if (dice.OneIn(2))
        {
            if (inputs.Count == 3)
                inputs.Add("");
            inputs.AddRange(["", State(w, dice, x, hidden, directions)]);
            if (op == "LSTM")
                inputs.Add(State(w, dice, x, hidden, directions));
        }

        var direction = directions == 2 ? Attributes.Text("direction", "bidirectional") : Attributes.Text("direction", dice.Of("forward", "reverse"));
        bool last = dice.OneIn(4);
        string[] outputs = w.Node(op, last ? 2 : 1, inputs, Attributes.Int("hidden_size", hidden), direction);
        var all = new Activation(outputs[0], x[1], directions, x[0], hidden);
        if (directions == 1 && dice.OneIn(2))
        {
            var joined = w.Squeeze(all, 1);
            return w.Transpose(last ? w.Same("Add", joined, [outputs[1]]) : joined, 1, 0, 2);
        }

        var turned = w.Transpose(all, 2, 0, 1, 3);
        return w.Reshape(dice, turned, Part.Of(turned, 0), x[1], Part.Of(turned, 3, directions));
    }

    // Zeros, or numbers for each unit, as many as the batch has examples.
    private static string State(NetworkWriter w, Dice dice, Activation x, int hidden, int directions)
    {
        string batch = w.Node("Gather", [w.ShapeOf(x), w.Longs(0)], Attributes.Int("axis", 0));
        string shape = w.Node("Concat", [w.Longs(directions), batch, w.Longs(hidden)], Attributes.Int("axis", 0));
        if (dice.OneIn(2))
            return w.Node("ConstantOfShape", [shape]);
        return w.Node("Expand", [w.Weight(dice, 4, directions, 1, hidden), shape]);
    }
}
