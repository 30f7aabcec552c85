namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Pictures [N, C, H, W] that part and come together again.</summary>
internal static class BranchBlocks
{
    public static readonly Dictionary<string, Block> All = new()
    {
        ["Residual"] = Residual,
        ["Concat"] = Concat,
        ["Dense"] = (w, dice, x) => w.Concat(1, dice.OneIn(2) ? [x, w.Conv(dice, x, 4, 3)] : [w.Conv(dice, x, 6), x]),
        ["ConcatAdd"] = ConcatAdd,
        ["EqualSplit"] = (w, dice, x) => Halves(w, dice, x, even => w.Split(even, 1, [even[1] / 2, even[1] / 2], dice.OneIn(2))),
        ["UnequalSplit"] = (w, dice, x) => Halves(w, dice, x, even => w.Split(even, 1, [(even[1] / 2) - 1, (even[1] / 2) + 1], true)),
        ["Slices"] = (w, dice, x) => Halves(w, dice, x, even => dice.Of(even[1] / 2, even[1] / 3) is var at ? [w.Slice(dice, even, 1, 0, at), w.Slice(dice, even, 1, at, even[1])] : []),
        ["Chunk"] = (w, dice, x) => Halves(w, dice, x, even => w.Chunk(even, 1)),
        ["CrossStage"] = CrossStage,
        ["GatherChannels"] = GatherChannels,
    };

    private static Activation Residual(NetworkWriter w, Dice dice, Activation x)
    {
        var body = Body(w, dice, x);
        var skip = x;
        if (body[1] != x[1] && dice.OneIn(2))
            skip = w.Conv(dice, x, body[1]);
        else if (body[1] != x[1])
            body = w.Conv(dice, body, x[1]);
        return dice.OneIn(2) ? w.Act(dice, w.Same("Add", body, [skip.Name])) : w.Same("Add", skip, [body.Name]);
    }

    private static Activation Concat(NetworkWriter w, Dice dice, Activation x) =>
        w.Act(dice, w.Concat(1, dice.Of(1, -3), [.. Enumerable.Range(0, dice.Of(2, 3)).Select(_ => w.Conv(dice, x, dice.Of(4, 6, 8), dice.Of(1, 3)))]));

    // cat([a, b]) + c
    private static Activation ConcatAdd(NetworkWriter w, Dice dice, Activation x)
    {
        int first = dice.Of(4, 6, 8), second = dice.Of(4, 8);
        var joined = w.Concat(1, w.Conv(dice, x, first), w.Conv(dice, x, second, 3));
        return w.Same("Add", joined, [w.Conv(dice, x, first + second).Name]);
    }

    private static Activation Halves(NetworkWriter w, Dice dice, Activation x, Func<Activation, Activation[]> split)
    {
        var even = x[1] % 2 == 0 && x[1] >= 6 && dice.OneIn(2) ? x : w.Act(dice, w.Conv(dice, x, 2 * dice.Of(3, 4, 6, 8)));
        var parts = split(even);
        var first = dice.OneIn(2) ? Body(w, dice, parts[0]) : parts[0];
        if (parts[0][1] == parts[1][1] && first == parts[0] && dice.OneIn(2))
            return w.Same("Mul", first, [w.Node("Sigmoid", [parts[1].Name])]);
        return w.Concat(1, dice.OneIn(2) ? [first, parts[1]] : [parts[1], first]);
    }

    // C2f: halves, bodies one after the other, all of them together (YOLOv8).
    private static Activation CrossStage(NetworkWriter w, Dice dice, Activation x)
    {
        int half = dice.Of(4, 6, 8);
        var wide = w.Act(dice, w.Conv(dice, x, 2 * half));
        List<Activation> all = [.. dice.Below(3) switch { 0 => w.Split(wide, 1, [half, half], true), 1 => w.Chunk(wide, 1), _ => [w.Slice(dice, wide, 1, 0, half), w.Slice(dice, wide, 1, half, 2 * half)] }];
        for (int i = dice.Of(1, 2); i > 0; i--)
        {
            var inner = w.Conv(dice, w.Act(dice, w.Conv(dice, all[^1], half, 3)), half, 3);
            all.Add(dice.OneIn(2) ? w.Same("Add", inner, [all[^1].Name]) : inner);
        }

        return w.Act(dice, w.Conv(dice, w.Concat(1, [.. all]), dice.Channels()));
    }

    private static Activation GatherChannels(NetworkWriter w, Dice dice, Activation x)
    {
        var order = dice.Order(x[1]).Select(i => (long)(dice.OneIn(4) ? i - x[1] : i)).ToArray();
        if (dice.OneIn(2))
            order = order[..((x[1] * 2 / 3) + 1)];
        return new(w.Node("Gather", [x.Name, w.Longs(order)], Attributes.Int("axis", dice.Of(1, -3))), x.With(1, order.Length));
    }

    // Something that keeps height and width.
    private static Activation Body(NetworkWriter w, Dice dice, Activation x)
    {
        Block[] plain = [.. ChannelBlocks.All.Values];
        var first = w.Conv(dice, x, dice.Channels(), dice.Of(1, 3));
        return w.Conv(dice, plain[dice.Below(plain.Length)](w, dice, first), dice.OneIn(2) ? x[1] : dice.Channels());
    }
}
