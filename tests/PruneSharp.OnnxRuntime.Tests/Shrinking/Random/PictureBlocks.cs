namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Pools, layouts and sizes of pictures [N, C, H, W].</summary>
internal static class PictureBlocks
{
    public static readonly Dictionary<string, Block> All = new()
    {
        ["Pool"] = Pool,
        ["Resize"] = Resize,
        ["Pad"] = Pad,
        ["Focus"] = Focus,
        ["ChannelsLast"] = ChannelsLast,
        ["View"] = View,
        ["Singles"] = Singles,
        ["Tokens"] = Tokens,
        ["Windows"] = Windows,
    };

    private static Activation Pool(NetworkWriter w, Dice dice, Activation x)
    {
        if (x[2] < 4 || x[3] < 4)
            return x;
        string op = dice.Of("MaxPool", "AveragePool", "LpPool");
        return dice.OneIn(2)
            ? w.Same(op, x, [], Attributes.Ints("kernel_shape", 3, 3), Attributes.Ints("pads", 1, 1, 1, 1))
            : new(w.Node(op, [x.Name], Attributes.Ints("kernel_shape", 2, 2), Attributes.Ints("strides", 2, 2)), x[0], x[1], x[2] / 2, x[3] / 2);
    }

    private static Activation Resize(NetworkWriter w, Dice dice, Activation x)
    {
        bool grow = x[2] <= 6 && x[3] <= 6;
        int height = grow ? x[2] * 2 : (x[2] + 1) / 2, width = grow ? x[3] * 2 : (x[3] + 1) / 2;
        string[] inputs = dice.Below(3) switch
        {
            0 when grow => [x.Name, "", w.Floats([1, 1, 2, 2], 4)],
            1 when !w.DynamicBatch => [x.Name, "", "", w.Longs(x[0], x[1], height, width)],
            _ => [x.Name, "", "", w.Node("Concat", [w.Node("Slice", [w.ShapeOf(x), w.Longs(0), w.Longs(2), w.Longs(0)]), w.Longs(height, width)], Attributes.Int("axis", 0))],
        };
        bool linear = dice.OneIn(2);
        return new(w.Node("Resize", inputs, Attributes.Text("mode", linear ? "linear" : "nearest"), Attributes.Text("coordinate_transformation_mode", linear ? "align_corners" : "asymmetric")), x[0], x[1], height, width);
    }

    private static Activation Pad(NetworkWriter w, Dice dice, Activation x)
    {
        bool channels = dice.OneIn(6);
        string mode = dice.Of("constant", "reflect", "edge");
        string[] inputs = [x.Name, channels ? w.Longs(0, 0, 0, 0, 0, 2, 0, 0) : w.Longs(0, 0, 1, 1, 0, 0, 1, 1)];
        if (channels || mode == "constant")
            inputs = [.. inputs, w.Scalar(0)];
        var padded = new Activation(w.Node("Pad", inputs, Attributes.Text("mode", channels ? "constant" : mode)), channels ? x.With(1, x[1] + 2) : [x[0], x[1], x[2] + 2, x[3] + 2]);
        return padded[2] > 14 ? w.Conv(dice, padded, dice.Channels(), 3, 2) : padded;
    }

    // Every second row and column becomes a channel (YOLOv5).
    private static Activation Focus(NetworkWriter w, Dice dice, Activation x)
    {
        if (x[2] % 2 != 0 || x[3] % 2 != 0)
            return x;
        Activation Part(int row, int column) => new(w.Node("Slice", [x.Name, w.Longs(row, column), w.Longs(long.MaxValue, long.MaxValue), w.Longs(2, 3), w.Longs(2, 2)]), x[0], x[1], x[2] / 2, x[3] / 2);
        return w.Conv(dice, w.Concat(1, Part(0, 0), Part(1, 0), Part(0, 1), Part(1, 1)), dice.Channels());
    }

    // The layers of ConvNeXt: channels last, normalised, two linear layers.
    private static Activation ChannelsLast(NetworkWriter w, Dice dice, Activation x)
    {
        var last = w.Transpose(x, 0, 2, 3, 1);
        if (dice.OneIn(2))
            last = w.LayerNorm(dice, last);
        var inner = w.Linear(dice, w.Act(dice, w.Linear(dice, last, dice.Channels())), x[1]);
        var back = w.Transpose(w.Same("Mul", inner, [w.Vector(dice, 1, x[1])]), 0, 3, 1, 2);
        return dice.OneIn(2) ? w.Same("Add", x, [back.Name]) : back;
    }

    // To one axis and back.
    private static Activation View(NetworkWriter w, Dice dice, Activation x)
    {
        var flat = dice.Below(3) switch
        {
            0 => new(w.Node("Flatten", [x.Name]), x[0], x[1] * x[2] * x[3]),
            1 => w.Reshape(dice, x, Part.Of(x, 0), Part.Of(x, 1), x[2] * x[3]),
            _ => w.Reshape(dice, x, Part.Of(x, 0), Part.Of(x, 1, x[2] * x[3])),
        };
        var done = w.Act(dice, flat);
        return w.Reshape(dice, done, Part.Of(done, 0), dice.OneIn(2) ? x[1] : flat.Rank == 3 ? Part.Of(done, 1) : Part.Of(done, 1, 1, x[2] * x[3]), x[2], x[3]);
    }

    private static Activation Singles(NetworkWriter w, Dice dice, Activation x)
    {
        int axis = dice.Of(0, 1, 2, 4);
        return w.Squeeze(w.Act(dice, w.Unsqueeze(x, axis)), axis);
    }

    private static Activation Tokens(NetworkWriter w, Dice dice, Activation x)
    {
        var flat = w.Reshape(dice, x, Part.Of(x, 0), Part.Of(x, 1), x[2] * x[3]);
        var tokens = w.Transpose(flat, 0, 2, 1);
        Block[] blocks = [TokenBlocks.Mlp, AttentionBlocks.Attention, TokenBlocks.Norm];
        var done = w.Transpose(blocks[dice.Below(blocks.Length)](w, dice, tokens), 0, 2, 1);
        return w.Reshape(dice, done, Part.Of(done, 0), Part.Of(done, 1), x[2], x[3]);
    }

    // Swin's windows: the picture in squares of 2 × 2, a layer in each, and back.
    private static Activation Windows(NetworkWriter w, Dice dice, Activation x)
    {
        if (x[2] % 2 != 0 || x[3] % 2 != 0)
            return x;
        var last = w.Transpose(x, 0, 2, 3, 1);
        int h = x[2] / 2, v = x[3] / 2;
        var apart = w.Transpose(w.Reshape(dice, last, Part.Of(last, 0), h, 2, v, 2, Part.Of(last, 3)), 0, 1, 3, 2, 4, 5);
        var windows = w.Reshape(dice, apart, Part.Of(apart, 0, h * v), 4, Part.Of(apart, 5));
        var done = w.Linear(dice, windows, dice.Channels());
        var whole = w.Transpose(w.Reshape(dice, done, Part.Of(done, 0, 1, h * v), h, v, 2, 2, Part.Of(done, 2)), 0, 1, 3, 2, 4, 5);
        return w.Transpose(w.Reshape(dice, whole, Part.Of(whole, 0), x[2], x[3], Part.Of(whole, 5)), 0, 3, 1, 2);
    }
}
