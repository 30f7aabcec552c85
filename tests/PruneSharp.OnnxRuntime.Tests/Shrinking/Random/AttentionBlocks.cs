namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Attention and recurrence over sequences [N, S, D].</summary>
internal static class AttentionBlocks
{
    public static readonly Dictionary<string, Block> All = new()
    {
        ["Attention"] = Attention,
        ["FusedAttention"] = FusedAttention,
        ["EinsumAttention"] = EinsumAttention,
        ["GroupedQueries"] = GroupedQueries,
    };

    /// <summary>Attention of several heads with weights of their own for queries, keys and values.</summary>
    public static Activation Attention(NetworkWriter w, Dice dice, Activation x)
    {
        var (heads, width) = (dice.Of(2, 3, 4), dice.Of(2, 4, 6));
        Activation Heads() => w.Transpose(Apart(w, dice, w.Linear(dice, x, heads * width), heads, width), 0, 2, 1, 3);
        return Together(w, dice, x, Scores(w, dice, Heads(), Heads()), Heads());
    }

    // One weight for all three: split before or after the heads are told apart.
    private static Activation FusedAttention(NetworkWriter w, Dice dice, Activation x)
    {
        var (heads, width) = (dice.Of(2, 3, 4), dice.Of(2, 4, 6));
        var all = w.Linear(dice, x, 3 * heads * width);
        if (dice.OneIn(2))
        {
            int size = heads * width;
            var parts = dice.OneIn(2) ? w.Split(all, 2, [size, size, size], dice.OneIn(2)) : [.. Enumerable.Range(0, 3).Select(i => w.Slice(dice, all, 2, i * size, (i + 1) * size))];
            Activation[] ready = [.. parts.Select(p => w.Transpose(Apart(w, dice, p, heads, width), 0, 2, 1, 3))];
            return Together(w, dice, x, Scores(w, dice, ready[0], ready[1]), ready[2]);
        }

        var five = w.Reshape(dice, all, Part.Of(all, 0), Part.Of(all, 1), 3, heads, width);
        var turned = w.Transpose(five, 2, 0, 3, 1, 4);
        bool split = dice.OneIn(3);
        Activation[] cut = split ? [.. w.Split(turned, 0, [1, 1, 1], dice.OneIn(2)).Select(p => w.Squeeze(p, 0))]
            : [.. Enumerable.Range(0, 3).Select(i => new Activation(w.Node("Gather", [turned.Name, w.Long(i)], Attributes.Int("axis", 0)), turned.Dims[1..]))];
        return Together(w, dice, x, Scores(w, dice, cut[0], cut[1]), cut[2]);
    }

    private static Activation EinsumAttention(NetworkWriter w, Dice dice, Activation x)
    {
        var (heads, width) = (dice.Of(2, 3, 4), dice.Of(2, 4, 6));
        Activation Heads() => dice.OneIn(2) ? Apart(w, dice, w.Linear(dice, x, heads * width), heads, width)
            : new(w.Node("Einsum", [x.Name, w.Weight(dice, x[2], x[2], heads, width)], Attributes.Text("equation", "bsd,dhk->bshk")), x[0], x[1], heads, width);
        var scores = new Activation(w.Node("Einsum", [Heads().Name, Heads().Name], Attributes.Text("equation", "bihd,bjhd->bhij")), x[0], heads, x[1], x[1]);
        string shares = w.Node("Softmax", [w.Same("Mul", scores, [w.Scalar(1 / Math.Sqrt(width))]).Name], Attributes.Int("axis", -1));
        var seen = new Activation(w.Node("Einsum", [shares, Heads().Name], Attributes.Text("equation", "bhij, bjhd -> bihd")), x[0], x[1], heads, width);
        return w.Same("Add", x, [w.Linear(dice, w.Reshape(dice, seen, Part.Of(seen, 0), Part.Of(seen, 1), Part.Of(seen, 2, width)), x[2]).Name]);
    }

    // Two heads of queries for each of keys and values.
    private static Activation GroupedQueries(NetworkWriter w, Dice dice, Activation x)
    {
        var (heads, width) = (dice.Of(2, 3, 4), dice.Of(2, 4));
        Activation Heads(int count) => w.Transpose(Apart(w, dice, w.Linear(dice, x, count * width), count, width), 0, 2, 1, 3);
        Activation Repeated()
        {
            var single = w.Unsqueeze(Heads(heads), 2);
            int[] dims = single.With(2, 2);
            string shape = w.DynamicBatch || dice.OneIn(2) ? w.Longs(1, 1, 2, 1, 1) : w.Longs([.. dims.Select(d => (long)d)]);
            var twice = new Activation(w.Node("Expand", [single.Name, shape]), dims);
            return w.Reshape(dice, twice, Part.Of(twice, 0), dice.OneIn(2) ? 2 * heads : Part.Of(twice, 1, 2), Part.Of(twice, 3), Part.Of(twice, 4));
        }

        return Together(w, dice, x, Scores(w, dice, Heads(2 * heads), Repeated()), Repeated());
    }

    private static Activation Apart(NetworkWriter w, Dice dice, Activation x, int heads, int width) =>
        w.Reshape(dice, x, Part.Of(x, 0), Part.Of(x, 1), dice.OneIn(3) ? Part.Of(x, 2, 1, width) : heads, dice.OneIn(3) ? Part.Of(x, 2, 1, heads) : width);

    private static Activation Scores(NetworkWriter w, Dice dice, Activation queries, Activation keys)
    {
        var turned = w.Transpose(keys, 0, 1, 3, 2);
        var scores = new Activation(w.Node("MatMul", [queries.Name, turned.Name]), queries[0], queries[1], queries[2], keys[2]);
        scores = dice.Below(3) switch
        {
            0 => w.Same("Mul", scores, [w.Scalar(1 / Math.Sqrt(queries[3]))]),
            1 => w.Same("Div", scores, [w.Scalar(Math.Sqrt(queries[3]))]),
            _ => w.Same("Div", scores, [w.Node("Sqrt", [w.Node("Cast", [w.Node("Gather", [w.ShapeOf(queries), w.Long(3)], Attributes.Int("axis", 0))], Attributes.Int("to", 1))])]),
        };
        if (dice.OneIn(3))
        {
            bool[] mask = [.. Enumerable.Range(0, scores[2] * scores[3]).Select(i => i % scores[3] <= i / scores[3])];
            scores = new(w.Node("Where", [w.Truths(mask, scores[2], scores[3]), scores.Name, w.Scalar(-1e4)]), scores.Dims);
        }

        return w.Same("Softmax", dice.OneIn(4) ? w.Same("Add", scores, [w.Weight(dice, 1, 1, scores[1], 1, 1)]) : scores, [], Attributes.Int("axis", -1));
    }

    private static Activation Together(NetworkWriter w, Dice dice, Activation x, Activation shares, Activation values)
    {
        var seen = w.Transpose(new(w.Node("MatMul", [shares.Name, values.Name]), values.Dims), 0, 2, 1, 3);
        var flat = w.Reshape(dice, seen, Part.Of(seen, 0), Part.Of(seen, 1), dice.OneIn(2) ? seen[2] * seen[3] : Part.Of(seen, 2, seen[3]));
        var inner = w.Linear(dice, flat, x[2]);
        return dice.OneIn(4) ? inner : w.Same("Add", x, [inner.Name]);
    }
}
