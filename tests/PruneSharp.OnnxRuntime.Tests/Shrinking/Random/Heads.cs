namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>How networks end.</summary>
internal static class Heads
{
    public static readonly Dictionary<string, Block> Pictures = new()
    {
        ["PooledHead"] = (w, dice, x) => w.Linear(dice, new(w.Node("Flatten", [w.Node("GlobalAveragePool", [x.Name])]), x[0], x[1]), 5),
        ["FlatHead"] = (w, dice, x) => w.Linear(dice, dice.OneIn(2) ? new(w.Node("Flatten", [x.Name]), x[0], x[1] * x[2] * x[3]) : w.Reshape(dice, x, Part.Of(x, 0), Part.Of(x, 1, x[2] * x[3])), 5),
        ["MeanHead"] = (w, dice, x) => w.Linear(dice, new(w.Node("ReduceMean", [x.Name], Attributes.Ints("axes", 2, 3), Attributes.Int("keepdims", 0)), x[0], x[1]), 5),
        ["ConvHead"] = (w, dice, x) => w.Conv(dice, x, dice.Of(1, 3)),
        ["DetectionHead"] = DetectionHead,
        ["ChoiceHead"] = (w, dice, x) => new(w.Node("ArgMax", [w.Conv(dice, x, 3).Name], Attributes.Int("axis", 1)), x.With(1, 1)),
    };

    public static readonly Dictionary<string, Block> Sequences = new()
    {
        ["MeanTokenHead"] = (w, dice, x) => w.Linear(dice, new(w.Node("ReduceMean", [x.Name], Attributes.Ints("axes", 1), Attributes.Int("keepdims", 0)), x[0], x[2]), 5),
        ["FirstTokenHead"] = (w, dice, x) => w.Linear(dice, new(w.Node("Gather", [x.Name, w.Long(0)], Attributes.Int("axis", 1)), x[0], x[2]), 5),
        ["EveryTokenHead"] = (w, dice, x) => w.Linear(dice, x, 5),
        ["FlatTokenHead"] = (w, dice, x) => w.Linear(dice, w.Reshape(dice, x, Part.Of(x, 0), Part.Of(x, 2, x[1])), 5),
    };

    private static Activation DetectionHead(NetworkWriter w, Dice dice, Activation x)
    {
        var y = w.Conv(dice, x, 6);
        var apart = w.Reshape(dice, y, Part.Of(y, 0), 2, 3, x[2] * x[3]);
        var turned = w.Transpose(apart, 0, 3, 1, 2);
        return w.Reshape(dice, turned, Part.Of(turned, 0), x[2] * x[3] * 2, 3);
    }
}
