namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Layers of sequences [N, S, D].</summary>
internal static class TokenBlocks
{
    public static readonly Dictionary<string, Block> All = new()
    {
        ["Linear"] = (w, dice, x) => w.Act(dice, w.Linear(dice, x, dice.Channels())),
        ["Mlp"] = Mlp,
        ["Norm"] = Norm,
        ["GatedLinear"] = GatedLinear,
        ["Positions"] = Positions,
        ["TokenGate"] = TokenGate,
        ["Conv1d"] = Conv1d,
        ["ClassToken"] = ClassToken,
        ["Merge"] = Merge,
        ["SharedLinear"] = SharedLinear,
        ["AsPicture"] = AsPicture,
        ["MaskedTokens"] = MaskedTokens,
    };

    public static Activation Mlp(NetworkWriter w, Dice dice, Activation x)
    {
        var normal = dice.OneIn(2) ? w.LayerNorm(dice, x) : x;
        var inner = w.Linear(dice, w.Gelu(w.Linear(dice, normal, dice.Channels())), x[2]);
        return dice.OneIn(3) ? inner : w.Same("Add", x, [inner.Name]);
    }

    public static Activation Norm(NetworkWriter w, Dice dice, Activation x)
    {
        if (dice.OneIn(2))
            return w.LayerNorm(dice, x);
        // The root of the mean square.
        string mean = w.Node("ReduceMean", [w.Node("Pow", [x.Name, w.Scalar(2)])], Attributes.Ints("axes", -1));
        string root = w.Node("Sqrt", [w.Node("Add", [mean, w.Scalar(1e-2)])]);
        var scaled = dice.OneIn(2) ? w.Same("Div", x, [root]) : w.Same("Mul", x, [w.Node("Reciprocal", [root])]);
        return w.Same("Mul", scaled, [w.Vector(dice, 1, x[2])]);
    }

    private static Activation GatedLinear(NetworkWriter w, Dice dice, Activation x)
    {
        int half = dice.Of(4, 6, 8, 12);
        var wide = w.Linear(dice, x, 2 * half);
        var parts = dice.Below(3) switch { 0 => w.Split(wide, 2, [half, half], dice.OneIn(2)), 1 => w.Chunk(wide, 2), _ => [w.Slice(dice, wide, 2, 0, half), w.Slice(dice, wide, 2, half, 2 * half)] };
        return w.Linear(dice, w.Same("Mul", parts[0], [w.Same("Sigmoid", parts[1]).Name]), dice.Channels());
    }

    private static Activation Positions(NetworkWriter w, Dice dice, Activation x)
    {
        string table = w.Weight(dice, 4, x[1], x[2]);
        string rows = dice.Below(3) switch
        {
            0 => w.Node("Gather", [table, w.Longs([.. Enumerable.Range(0, x[1]).Select(i => (long)i)])]),
            1 => w.Node("Unsqueeze", [table, w.Longs(0)]),
            _ => table,
        };
        return w.Same("Add", x, [rows]);
    }

    private static Activation TokenGate(NetworkWriter w, Dice dice, Activation x)
    {
        var mean = new Activation(w.Node("ReduceMean", [x.Name], Attributes.Ints("axes", 1), Attributes.Int("keepdims", 0)), x[0], x[2]);
        var gate = w.Same("Sigmoid", w.Linear(dice, w.Act(dice, w.Linear(dice, mean, dice.Channels())), x[2]));
        return w.Same("Mul", x, [w.Unsqueeze(gate, 1).Name]);
    }

    private static Activation Conv1d(NetworkWriter w, Dice dice, Activation x)
    {
        var channels = w.Transpose(x, 0, 2, 1);
        return w.Transpose(w.Act(dice, w.Conv(dice, channels, dice.OneIn(3) ? x[2] : dice.Channels(), 3, groups: 1)), 0, 2, 1);
    }

    private static Activation ClassToken(NetworkWriter w, Dice dice, Activation x)
    {
        string token = w.Weight(dice, 1, 1, 1, x[2]);
        string batch = w.Node("Gather", [w.ShapeOf(x), w.Longs(0)], Attributes.Int("axis", 0));
        string width = dice.OneIn(2) ? w.Longs(x[2]) : dice.OneIn(2) ? w.Longs(1) : w.Node("Gather", [w.ShapeOf(x), w.Longs(2)], Attributes.Int("axis", 0));
        string shape = w.Node("Concat", [batch, w.Longs(1), width], Attributes.Int("axis", 0));
        return w.Concat(1, new(w.Node("Expand", [token, shape]), x.With(1, 1)), x);
    }

    // Neighbours become one token of twice the width.
    private static Activation Merge(NetworkWriter w, Dice dice, Activation x)
    {
        if (x[1] % 2 != 0 || x[1] < 4)
            return x;
        var wide = w.Reshape(dice, x, Part.Of(x, 0), x[1] / 2, Part.Of(x, 2, 2));
        return w.Linear(dice, wide, dice.Channels());
    }

    private static Activation SharedLinear(NetworkWriter w, Dice dice, Activation x)
    {
        string weight = w.Weight(dice, x[2], x[2], x[2]);
        var first = w.Act(dice, w.Same("MatMul", x, [weight]));
        string again = dice.OneIn(2) ? weight : w.Node("Transpose", [weight], Attributes.Ints("perm", 1, 0));
        return w.Same("MatMul", first, [again]);
    }

    private static Activation AsPicture(NetworkWriter w, Dice dice, Activation x)
    {
        var picture = w.Unsqueeze(w.Transpose(x, 0, 2, 1), dice.Of(2, 3));
        var done = w.Act(dice, w.Conv(dice, picture, dice.Channels(), 3));
        return w.Transpose(w.Squeeze(done, picture[2] == 1 ? 2 : 3), 0, 2, 1);
    }

    private static Activation MaskedTokens(NetworkWriter w, Dice dice, Activation x)
    {
        string mask = w.Truths([.. Enumerable.Range(0, x[1]).Select(_ => dice.OneIn(2))], 1, x[1], 1);
        return new(w.Node("Where", [mask, x.Name, dice.OneIn(2) ? w.Vector(dice, 0, x[2]) : w.Scalar(0)]), x.Dims);
    }
}
