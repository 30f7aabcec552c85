using static PruneSharp.OnnxRuntime.Tests.DeadToy;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Convolutions with filters that are zero, and what becomes of their constants.</summary>
public sealed class DeadUnitsTests
{
    // conv [8, 3, 3, 3] with zero filters 2 and 5, Relu, conv [4, 8, k, k].
    private static DeadToy Two(int kernel, long pad, Action<float[]> bias, bool secondBias = true) => new DeadToy()
        .Weight("w", [8, 3, 3, 3], Zero(27, 2, 5)).Weight("b", [8], bias).Weight("v", [4, 8, kernel, kernel]).Weight("c", [4])
        .Node("Conv", "x w b", "y", Ints("pads", 1, 1, 1, 1)).Node("Relu", "y", "r")
        .Node("Conv", secondBias ? "r v c" : "r v", "z", Ints("pads", pad, pad, pad, pad));

    [Fact]
    public void Zero_filters_with_zero_bias_go_even_in_front_of_padding()
    {
        var (dead, cut) = Two(3, 1, Set((2, 0), (5, 0))).Shrink();
        Assert.Equal(2, dead.Units);
        Assert.Equal(0, dead.Folded);
        Assert.Empty(dead.Refused);
        Assert.Equal((6 * 27) + 6 + (4 * 6 * 9) + 4, cut.Parameters);
    }

    [Fact]
    public void Relu_makes_a_negative_constant_zero() => Assert.Equal(2, Two(3, 1, Set((2, -1), (5, -2))).Shrink().Dead.Units);

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(3, true)]
    public void A_constant_is_folded_where_nothing_is_padded(int kernel, bool bias)
    {
        var (dead, cut) = Two(kernel, 0, Set((2, 0.5f), (5, 2)), bias).Shrink();
        Assert.Equal(2, dead.Units);
        Assert.Equal(2, dead.Folded);
        Assert.Equal((6 * 27) + 6 + (4 * 6 * kernel * kernel) + 4, cut.Parameters);
    }

    [Fact]
    public void A_constant_in_front_of_padding_is_refused_with_the_reason()
    {
        var (dead, cut) = Two(3, 1, Set((2, 0.5f), (5, 0))).Shrink();
        Assert.Equal(1, dead.Units);
        var refused = Assert.Single(dead.Refused);
        Assert.Equal(1, refused.Units);
        Assert.Contains("does not reach the zero-padded border of node_z", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(1, cut.Families.Sum(f => f.Removed));
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(1, 2)]
    public void Alignment_keeps_dead_units(int align, int removed) =>
        Assert.Equal(removed, Two(3, 1, Set((2, 0), (5, 0))).Shrink(align).Cut.Families.Sum(f => f.Removed));

    [Fact]
    public void Filters_far_below_the_largest_weight_are_dead_unless_only_exact_zeros_count()
    {
        DeadToy Toy() => new DeadToy()
            .Weight("w", [8, 3, 1, 1], Set((6, 1e-12f), (7, -1e-13f), (8, 1e-14f))).Weight("v", [4, 8, 1, 1])
            .Node("Conv", "x w", "y").Node("Relu", "y", "r").Node("Conv", "r v", "z");
        Assert.Equal(1, Toy().Shrink().Dead.Units);
        Assert.Equal(0, Toy().Shrink(options: new() { Threshold = 0 }).Dead.Units);
    }

    [Fact]
    public void NaN_is_not_zero()
    {
        var (dead, _) = new DeadToy()
            .Weight("w", [8, 3, 1, 1], values => { Zero(3, 1)(values); values[9] = float.NaN; values[10] = values[11] = 0; }).Weight("v", [4, 8, 1, 1])
            .Node("Conv", "x w", "y").Node("Clip", "y", "r").Node("Conv", "r v", "z").Node("IsNaN", "z", "q").Node("Cast", "q", "o", Int("to", 1)).Shrink();
        Assert.Equal(1, dead.Units);
    }

    [Fact]
    public void Channels_of_BatchNormalization_with_scale_zero_go()
    {
        var (dead, _) = new DeadToy()
            .Weight("w", [8, 3, 3, 3]).Weight("g", [8], Set((1, 0), (4, 0))).Weight("b", [8], Set((1, -1), (4, 3))).Weight("m", [8]).Weight("s", [8], v => Array.Fill(v, 0.7f)).Weight("v", [4, 8, 1, 1])
            .Node("Conv", "x w", "y").Node("BatchNormalization", "y g b m s", "n").Node("Relu", "n", "r").Node("Conv", "r v", "z").Shrink();
        Assert.Equal(2, dead.Units);
        Assert.Equal(1, dead.Folded);
    }

    [Fact]
    public void A_constant_goes_through_a_depthwise_convolution_that_is_not_padded()
    {
        DeadToy Toy(long pad) => new DeadToy()
            .Weight("w", [8, 3, 1, 1], Zero(3, 3)).Weight("b", [8], Set((3, 1.5f))).Weight("d", [8, 1, 3, 3]).Weight("e", [8]).Weight("v", [4, 8, 1, 1])
            .Node("Conv", "x w b", "y").Node("HardSwish", "y", "r").Node("Conv", "r d e", "q", Int("group", 8), Ints("pads", pad, pad, pad, pad)).Node("Sigmoid", "q", "s").Node("Conv", "s v", "z");
        Assert.Equal(1, Toy(0).Shrink().Dead.Folded);
        Assert.Equal(0, Toy(1).Shrink().Dead.Units);
    }

    [Fact]
    public void Input_channels_that_no_filter_reads_take_their_producers_with_them()
    {
        var (dead, cut) = new DeadToy()
            .Weight("u", [6, 3, 1, 1]).Weight("w", [8, 6, 1, 1], v => { for (int o = 0; o < 8; o++) v[(o * 6) + 4] = o is 2 or 5 ? v[(o * 6) + 4] : 0; })
            .Weight("v", [4, 8, 3, 3], v => { for (int o = 0; o < 4; o++) foreach (int i in (int[])[2, 5]) v.AsSpan(((o * 8) + i) * 9, 9).Clear(); })
            .Node("Conv", "x u", "t").Node("Tanh", "t", "a").Node("Conv", "a w", "y").Node("Tanh", "y", "b").Node("Conv", "b v", "z", Ints("pads", 1, 1, 1, 1)).Shrink();
        Assert.Equal(3, dead.Units); // 2 and 5 of w, then 4 of u, which only they read
        Assert.Equal((5 * 3) + (6 * 5) + (4 * 6 * 9), cut.Parameters);
    }
}
