namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Normalisations, gates and other work on channels of pictures [N, C, H, W].</summary>
internal static class ChannelBlocks
{
    public static readonly Dictionary<string, Block> All = new()
    {
        ["BatchNorm"] = BatchNorm,
        ["InstanceNorm"] = (w, dice, x) => w.Same("InstanceNormalization", x, [w.Vector(dice, 1, x[1]), w.Vector(dice, 0, x[1])], Attributes.Float("epsilon", 1e-2)),
        ["GroupNorm"] = GroupNorm,
        ["PRelu"] = (w, dice, x) => w.Same("PRelu", x, [w.Vector(dice, 0.25, dice.OneIn(4) ? [1] : [x[1], 1, 1])]),
        ["Scale"] = (w, dice, x) => w.Same(dice.Of("Mul", "Add", "Sub", "Max"), x, [w.Vector(dice, 1, dice.OneIn(2) ? [1, x[1], 1, 1] : [x[1], 1, 1])]),
        ["Where"] = Where,
        ["SqueezeExcite"] = SqueezeExcite,
        ["SqueezeExciteGemm"] = SqueezeExciteGemm,
        ["Gate"] = Gate,
        ["SpatialGate"] = SpatialGate,
        ["ExpandedBias"] = ExpandedBias,
        ["TiledMean"] = TiledMean,
        ["NonLocal"] = NonLocal,
    };

    private static Activation BatchNorm(NetworkWriter w, Dice dice, Activation x) => w.Act(dice, w.Same("BatchNormalization", x,
        [w.Vector(dice, 1, x[1]), w.Vector(dice, 0, x[1]), w.Vector(dice, 0, x[1]), w.Vector(dice, 1, x[1])], Attributes.Float("epsilon", 1e-3)));

    private static Activation GroupNorm(NetworkWriter w, Dice dice, Activation x)
    {
        int groups = dice.Of(2, 4);
        var even = x[1] % groups == 0 ? x : w.Conv(dice, x, groups * dice.Of(2, 3, 4, 6));
        var apart = new Activation(w.Node("Reshape", [even.Name, w.Longs(0, groups, -1)]), x[0], groups, even[1] / groups * x[2] * x[3]);
        var normal = w.Same("InstanceNormalization", apart, [w.Floats([.. Enumerable.Repeat(1f, groups)], groups), w.Floats(new float[groups], groups)], Attributes.Float("epsilon", 1e-2));
        string shape = dice.OneIn(2) || w.DynamicBatch ? w.ShapeOf(even) : w.Longs([.. even.Dims.Select(d => (long)d)]);
        var back = new Activation(w.Node("Reshape", [normal.Name, shape]), even.Dims);
        return w.Same("Add", w.Same("Mul", back, [w.Vector(dice, 1, even[1], 1, 1)]), [w.Vector(dice, 0, even[1], 1, 1)]);
    }

    private static Activation Where(NetworkWriter w, Dice dice, Activation x)
    {
        bool channels = dice.OneIn(2);
        int count = channels ? x[1] : x[2] * x[3];
        string mask = w.Truths([.. Enumerable.Range(0, count).Select(_ => dice.OneIn(2))], channels ? [1, x[1], 1, 1] : [1, 1, x[2], x[3]]);
        return new(w.Node("Where", [mask, x.Name, dice.OneIn(2) ? w.Scalar(0.5) : w.Node("Neg", [x.Name])]), x.Dims);
    }

    private static Activation SqueezeExcite(NetworkWriter w, Dice dice, Activation x)
    {
        int[] one = [x[0], x[1], 1, 1];
        var mean = new Activation(dice.OneIn(2) ? w.Node("GlobalAveragePool", [x.Name]) : w.Node("ReduceMean", [x.Name], Attributes.Ints("axes", 2, 3)), one);
        var gate = w.Conv(dice, w.Same("Relu", w.Conv(dice, mean, dice.Channels())), x[1]);
        return w.Same("Mul", x, [w.Node("Sigmoid", [gate.Name])]);
    }

    private static Activation SqueezeExciteGemm(NetworkWriter w, Dice dice, Activation x)
    {
        var mean = new Activation(w.Node("GlobalAveragePool", [x.Name]), x[0], x[1], 1, 1);
        var flat = dice.Below(3) switch
        {
            0 => new(w.Node("Flatten", [mean.Name]), x[0], x[1]),
            1 => w.Squeeze(w.Squeeze(mean, 3), 2),
            _ => w.Reshape(dice, mean, Part.Of(mean, 0), Part.Of(mean, 1)),
        };
        var gate = w.Same("Sigmoid", w.Linear(dice, w.Act(dice, w.Linear(dice, flat, dice.Channels())), x[1]));
        var wide = dice.OneIn(2) ? w.Unsqueeze(w.Unsqueeze(gate, 2), 3) : w.Reshape(dice, gate, Part.Of(gate, 0), Part.Of(gate, 1), 1, 1);
        return dice.OneIn(3) ? w.Same("Mul", x, [w.Node("Expand", [wide.Name, w.ShapeOf(x)])]) : w.Same("Mul", x, [wide.Name]);
    }

    private static Activation Gate(NetworkWriter w, Dice dice, Activation x)
    {
        int channels = dice.OneIn(2) ? x[1] : dice.Channels();
        var value = channels == x[1] ? x : w.Conv(dice, x, channels);
        return w.Same("Mul", value, [w.Node("Sigmoid", [w.Conv(dice, x, dice.OneIn(3) ? 1 : channels, 3).Name])]);
    }

    // Mean and largest value over the channels decide where to look (CBAM).
    private static Activation SpatialGate(NetworkWriter w, Dice dice, Activation x)
    {
        var over = Attributes.Ints("axes", 1);
        int[] one = x.With(1, 1);
        var mean = new Activation(w.Node("ReduceMean", [x.Name], over), one);
        var both = dice.OneIn(2) ? mean : w.Concat(1, mean, new(w.Node(dice.Of("ReduceMax", "ReduceMin"), [x.Name], over), one));
        return w.Same("Mul", x, [w.Node("Sigmoid", [w.Conv(dice, both, 1, 3).Name])]);
    }

    private static Activation ExpandedBias(NetworkWriter w, Dice dice, Activation x)
    {
        string shape = dice.OneIn(2) ? w.ShapeOf(x) : w.Longs(1, x[1], x[2], x[3]);
        return w.Same("Add", x, [w.Node("Expand", [w.Vector(dice, 0, 1, x[1], 1, 1), shape])]);
    }

    private static Activation TiledMean(NetworkWriter w, Dice dice, Activation x)
    {
        bool channels = dice.OneIn(2) && x[1] <= 12;
        if (channels)
            return w.Conv(dice, new(w.Node("Tile", [x.Name, w.Longs(1, 2, 1, 1)]), x.With(1, 2 * x[1])), dice.Channels());
        string mean = w.Node("GlobalAveragePool", [x.Name]);
        return w.Conv(dice, w.Concat(1, x, new(w.Node("Tile", [mean, w.Longs(1, 1, x[2], x[3])]), x.Dims)), dice.Channels());
    }

    // Attention between places (Wang et al. 2018).
    private static Activation NonLocal(NetworkWriter w, Dice dice, Activation x)
    {
        int inside = dice.Of(4, 6, 8);
        Activation Flat(int channels) => w.Conv(dice, x, channels) is var y ? w.Reshape(dice, y, Part.Of(y, 0), Part.Of(y, 1), x[2] * x[3]) : y;
        var queries = w.Transpose(Flat(inside), 0, 2, 1);
        var scores = new Activation(w.Node("MatMul", [queries.Name, Flat(inside).Name]), x[0], x[2] * x[3], x[2] * x[3]);
        var seen = new Activation(w.Node("MatMul", [w.Node("Softmax", [scores.Name], Attributes.Int("axis", -1)), w.Transpose(Flat(inside), 0, 2, 1).Name]), x[0], x[2] * x[3], inside);
        var turned = w.Transpose(seen, 0, 2, 1);
        var picture = w.Reshape(dice, turned, Part.Of(turned, 0), Part.Of(turned, 1), x[2], x[3]);
        return w.Same("Add", x, [w.Conv(dice, picture, x[1]).Name]);
    }
}
