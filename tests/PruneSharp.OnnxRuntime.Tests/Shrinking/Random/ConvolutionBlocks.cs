namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Convolutions of pictures [N, C, H, W].</summary>
internal static class ConvolutionBlocks
{
    public static readonly Dictionary<string, Block> All = new()
    {
        ["Conv"] = Conv,
        ["Depthwise"] = Depthwise,
        ["GroupedConv"] = GroupedConv,
        ["ConvTranspose"] = ConvTranspose,
        ["GroupedConvTranspose"] = GroupedConvTranspose,
        ["SharedConv"] = SharedConv,
        ["DepthToSpace"] = DepthToSpace,
        ["SpaceToDepth"] = SpaceToDepth,
        ["Shuffle"] = Shuffle,
    };

    public static Activation Conv(NetworkWriter w, Dice dice, Activation x)
    {
        int kernel = dice.Of(1, 3), stride = x[2] >= 6 && dice.OneIn(4) ? 2 : 1;
        return w.Act(dice, w.Conv(dice, x, dice.Channels(), kernel, stride, kernel == 3 && stride == 1 && dice.OneIn(4) ? 2 : 1));
    }

    private static Activation Depthwise(NetworkWriter w, Dice dice, Activation x)
    {
        var deep = w.Conv(dice, x, x[1] * dice.Of(1, 2), 3, groups: x[1]);
        return dice.OneIn(2) ? w.Conv(dice, w.Act(dice, deep), dice.Channels()) : deep[1] > 24 ? w.Conv(dice, deep, 12) : deep;
    }

    private static Activation GroupedConv(NetworkWriter w, Dice dice, Activation x)
    {
        int groups = dice.Of(2, 4);
        var inside = x[1] % groups == 0 && dice.OneIn(2) ? x : w.Conv(dice, x, groups * dice.Of(2, 3, 4, 5));
        return w.Act(dice, w.Conv(dice, inside, groups * dice.Of(1, 2, 3, 4, 6), dice.Of(1, 3), groups: groups));
    }

    private static Activation ConvTranspose(NetworkWriter w, Dice dice, Activation x) =>
        w.Act(dice, w.ConvTranspose(dice, x, dice.Channels(), x[2] <= 8 ? dice.Of(1, 2) : 1, 1));

    private static Activation GroupedConvTranspose(NetworkWriter w, Dice dice, Activation x)
    {
        bool depthwise = dice.OneIn(2);
        var inside = depthwise ? x : w.Conv(dice, x, 2 * dice.Of(2, 3, 4, 5));
        int groups = depthwise ? x[1] : 2;
        return w.ConvTranspose(dice, inside, groups * (depthwise ? 1 : dice.Of(2, 3, 5)), x[2] <= 8 ? 2 : 1, groups);
    }

    // The same weight in two places.
    private static Activation SharedConv(NetworkWriter w, Dice dice, Activation x)
    {
        string weight = w.Weight(dice, x[1], x[1], x[1], 1, 1), bias = w.Vector(dice, 0, x[1]);
        var first = w.Act(dice, w.Same("Conv", x, [weight, bias]));
        return w.Same("Conv", first, dice.OneIn(2) ? [weight] : [weight, bias]);
    }

    private static Activation DepthToSpace(NetworkWriter w, Dice dice, Activation x)
    {
        var deep = w.Conv(dice, x, 4 * dice.Of(2, 3, 4, 6));
        var small = x[2] > 8 ? w.Same("Relu", deep) : deep;
        var wide = new Activation(w.Node("DepthToSpace", [small.Name], Attributes.Int("blocksize", 2), Attributes.Text("mode", dice.Of("DCR", "CRD"))), deep[0], deep[1] / 4, deep[2] * 2, deep[3] * 2);
        return x[2] > 8 ? w.Conv(dice, wide, dice.Channels(), 3, 2) : wide;
    }

    private static Activation SpaceToDepth(NetworkWriter w, Dice dice, Activation x)
    {
        if (x[2] % 2 != 0 || x[3] % 2 != 0)
            return x;
        string deep = w.Node("SpaceToDepth", [x.Name], Attributes.Int("blocksize", 2));
        return w.Act(dice, w.Conv(dice, new(deep, x[0], x[1] * 4, x[2] / 2, x[3] / 2), dice.Channels()));
    }

    private static Activation Shuffle(NetworkWriter w, Dice dice, Activation x)
    {
        int groups = dice.Of(2, 3, 4);
        var even = x[1] % groups == 0 ? x : w.Conv(dice, x, groups * dice.Of(2, 3, 4, 6));
        int channels = even[1];
        var apart = w.Reshape(dice, even, Part.Of(even, 0), groups, Part.Of(even, 1, 1, groups), Part.Of(even, 2), Part.Of(even, 3));
        var turned = w.Transpose(apart, 0, 2, 1, 3, 4);
        return w.Reshape(dice, turned, Part.Of(turned, 0), dice.OneIn(2) ? channels : Part.Of(turned, 1, groups), Part.Of(turned, 3), Part.Of(turned, 4));
    }
}
