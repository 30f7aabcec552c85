using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class ToyShrinkTests
{
    private static readonly VerifyOptions Compared = new() { Range = new(-1, 1), Tolerance = 1e-5 };

    public static TheoryData<string> Toys => ToyTests.Toys;

    [Theory]
    [MemberData(nameof(Toys))]
    public void Half_of_every_family_goes_and_the_rest_computes_what_the_masked_model_does(string toy)
    {
        using var model = OnnxModel.Open(PathOf(toy));
        var analysis = Analyse(model);
        var cut = new UnitRanking(analysis, new() { Align = 1 }).At(0.5);
        Assert.NotEmpty(cut.Families);
        Assert.All(cut.Families, family => Assert.Equal((int)Math.Round(family.Units / 2.0, MidpointRounding.ToEven), family.Removed));
        var verification = new ShrinkCheck(cut, model.Path, Compared, TestContext.Current.CancellationToken).Masked();
        Assert.True(verification.NonVacuous);
        Assert.True(verification.Runs >= 3);
    }

    [Theory]
    [MemberData(nameof(Toys))]
    public void Only_inputs_and_statistics_keep_a_toy_from_shrinking(string toy)
    {
        using var model = OnnxModel.Open(PathOf(toy));
        Assert.All(Analyse(model).Refused, refused => Assert.True(refused.Reason is "graph input input" || refused.Reason.Contains("LayerNormalization", StringComparison.Ordinal), $"{refused.Family}: {refused.Reason}"));
    }

    [Theory]
    [MemberData(nameof(Toys))]
    public void Statistics_may_change_where_the_user_says_so(string toy)
    {
        using var model = OnnxModel.Open(PathOf(toy));
        var analysis = Analyse(model, new() { Approximate = true });
        Assert.All(analysis.Refused, refused => Assert.Equal("graph input input", refused.Reason));
        var cut = new UnitRanking(analysis, new() { Align = 1 }).At(0.5);
        Assert.True(new ShrinkCheck(cut, model.Path, Compared, TestContext.Current.CancellationToken).Masked().NonVacuous);
    }

    [Theory]
    [MemberData(nameof(Toys))]
    public void Cutting_nothing_leaves_every_byte(string toy)
    {
        using var model = OnnxModel.Open(PathOf(toy));
        var cut = new UnitRanking(Analyse(model)).At(0);
        Assert.True(cut.IsEmpty);
        Assert.Equal(File.ReadAllBytes(model.Path), cut.Shrunk());
    }

    // By family: units and the channels that each one takes with it, by hand.
    [Theory]
    [InlineData("channel_shuffle.onnx", 8, 8)] // 16 channels in 2 groups: one position of both groups
    [InlineData("c2f.onnx", 8, 8, 8, 16)] // the halves of the split are families of their own
    [InlineData("groupconv4.onnx", 8, 16, 16)] // 4 groups: one position of all
    [InlineData("dw_mult2.onnx", 16, 16)] // one input channel, two filters
    [InlineData("groupnorm.onnx", 4, 16)] // whole groups of 8
    [InlineData("pixelshuffle.onnx", 8, 8)] // four channels become one
    [InlineData("cat_plus_add.onnx", 8, 16, 8)] // both parts of the sum's channels
    [InlineData("weight_share.onnx", 16, 8)] // one weight at two places, and a residual
    [InlineData("lstm.onnx", 12, 16, 20)] // inputs; hidden units, in both directions at once; the head
    [InlineData("tied_embedding.onnx", 24, 24)] // columns of the table, which is the head too
    public void Units_of_hard_cases_are_those_counted_by_hand(string toy, params int[] units)
    {
        using var model = OnnxModel.Open(PathOf(toy));
        Assert.Equal(units, Analyse(model).Families.Select(f => f.Units));
    }

    [Theory]
    [InlineData("transformer_op17.onnx", AttentionUnits.Heads, 4)]
    [InlineData("transformer_op17.onnx", AttentionUnits.Dims, 16)]
    [InlineData("vit_fused_qkv_op17.onnx", AttentionUnits.Heads, 3)]
    [InlineData("vit_fused_qkv_op17.onnx", AttentionUnits.Dims, 16)]
    public void Attention_shrinks_by_heads_or_by_their_dimensions(string toy, AttentionUnits attention, int units)
    {
        using var model = OnnxModel.Open(PathOf(toy));
        var analysis = Analyse(model, new() { Attention = attention });
        Assert.Equal(units, analysis.Families[0].Units);
        var cut = new UnitRanking(analysis, new() { Align = 1 }).At(0.5);
        Assert.True(new ShrinkCheck(cut, model.Path, Compared, TestContext.Current.CancellationToken).Masked().NonVacuous);
    }

    [Fact]
    public void Attention_stays_where_the_user_says_so()
    {
        using var model = OnnxModel.Open(PathOf("transformer_op17.onnx"));
        var analysis = Analyse(model, new() { Attention = AttentionUnits.None });
        Assert.Equal([128, 128], analysis.Families.Select(f => f.Units));
        Assert.Contains(analysis.Refused, refused => refused.Reason == "attention (--attention none)");
    }

    private static ShrinkAnalysis Analyse(OnnxModel model, ShrinkRules? rules = null) =>
        ShrinkAnalysis.Of(model, ShapeProbe.Run(model, new Dictionary<string, int>(), TestContext.Current.CancellationToken), rules);

    private static string PathOf(string toy) => Path.Combine(AppContext.BaseDirectory, "Toys", toy);
}
