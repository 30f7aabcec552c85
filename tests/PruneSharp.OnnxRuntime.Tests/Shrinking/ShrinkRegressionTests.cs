using Google.Protobuf;
using PruneSharp.Onnx;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Networks found by <see cref="RandomShrinkTests"/> on which shrinking once went wrong, made as small as they go.</summary>
public sealed class ShrinkRegressionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shrink_regression").FullName;

    private static RankingOptions AtRandom { get; } = new() { Criterion = UnitCriterion.Of(Criterion.Random(1)), Align = 1 };

    [Fact]
    public void Parameters_of_a_bias_shared_by_layers_that_lose_different_channels_are_counted_twice()
    {
        var w = new NetworkWriter(17, false, 1);
        var dice = new Dice(1);
        string bias = w.Floats([1, 2, 3, 4], 4);
        var first = w.Same("Add", new(w.Node("MatMul", ["x", w.Weight(dice, 3, 3, 4)]), 1, 4), [bias]);
        var second = w.Same("Add", new(w.Node("MatMul", [first.Name, w.Weight(dice, 4, 4, 4)]), 1, 4), [bias]);
        string y = w.Node("MatMul", [second.Name, w.Weight(dice, 4, 4, 2)]);

        var cut = Checked(new(Analysed(w, y, [1, 3]), AtRandom), 0.5);

        Assert.Equal((3 * 2) + 2 + (2 * 2) + 2 + (2 * 2), cut.Parameters);
        Assert.Equal(cut.Parameters, Analysed(cut.Shrunk()).Parameters);
    }

    [Fact]
    public void Heads_that_are_part_of_the_input_stay_where_dimensions_of_heads_are_asked_for()
    {
        var w = new NetworkWriter(17, false, 1);
        var dice = new Dice(1);
        string heads = w.Node("Transpose", [w.Node("Reshape", ["x", w.Longs(1, 3, 2, 4)])], Attributes.Ints("perm", 0, 2, 1, 3));
        string keys = w.Node("Transpose", [w.Node("Reshape", [w.Node("MatMul", ["x", w.Weight(dice, 8, 8, 8)]), w.Longs(1, 3, 2, 4)])], Attributes.Ints("perm", 0, 2, 3, 1));

        var analysis = Analysed(w, w.Node("MatMul", [heads, keys]), [1, 3, 8], new() { Attention = AttentionUnits.Dims });

        Assert.Empty(analysis.Families);
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(0.5)]
    [InlineData(0.6)]
    public void Channels_are_aligned_where_some_go_in_pairs_and_others_alone(double fraction)
    {
        var w = new NetworkWriter(17, false, 1);
        var dice = new Dice(1);
        var first = w.Conv(dice, new("x", 1, 3, 8, 8), 24, 3);
        Activation Part(int at) => new(w.Node("Slice", [first.Name, w.Longs(at), w.Longs(at + 8), w.Longs(1)]), 1, 8, 8, 8);
        var joined = w.Concat(1, w.Same("Add", Part(0), [Part(8).Name]), Part(16));

        var cut = Checked(new(Analysed(w, w.Conv(dice, joined, 4).Name, [1, 3, 8, 8]), AtRandom with { Align = 4 }), fraction);

        Assert.False(cut.IsEmpty);
        AlignedCounts.Check(cut, 4);
    }

    [Fact]
    public void Channels_are_aligned_where_one_had_to_stay_so_that_a_part_is_not_empty()
    {
        var w = new NetworkWriter(17, false, 1);
        var dice = new Dice(1);
        string rising = w.Floats([.. Enumerable.Range(0, 48).Select(i => 10f * (i / 3))], 16, 3, 1, 1);
        var first = new Activation(w.Node("Conv", ["x", rising]), 1, 16, 8, 8);
        Activation[] parts = w.Split(first, 1, [4, 12], true);

        var cut = Checked(new(Analysed(w, w.Conv(dice, w.Concat(1, parts), 4).Name, [1, 3, 8, 8]), new() { Align = 4 }), 0.75);

        AlignedCounts.Check(cut, 4);
        Assert.Equal(8, cut.Families.Single().Removed);
    }

    [Fact]
    public void Noise_in_a_vector_that_a_normalisation_shares_with_a_layer_is_masked_in_both()
    {
        var w = new NetworkWriter(17, false, 1);
        var dice = new Dice(1);
        string shared = w.Floats([1, 2, 3, 4, 5, 6, 7, 8], 8);
        string first = w.Node("Add", [w.Node("MatMul", ["x", w.Weight(dice, 3, 3, 8)]), shared]);
        string second = w.Node("LayerNormalization", [w.Node("MatMul", [first, w.Weight(dice, 8, 8, 8)]), shared, shared]);
        string y = w.Node("MatMul", [second, w.Weight(dice, 8, 8, 2)]);

        var cut = Checked(new(Analysed(w, y, [2, 3], new() { Approximate = true }), AtRandom), 0.5);

        Assert.Equal(8, cut.Families.Sum(f => f.Removed));
    }

    public void Dispose() => Directory.Delete(_folder, true);

    private ShrinkAnalysis Analysed(NetworkWriter w, string output, long[] input, ShrinkRules? rules = null)
    {
        w.Graph.Input.Add(TestModels.Floats("x", input));
        w.Graph.Output.Add(new ValueInfoProto { Name = output, Type = new() { TensorType = new() { ElemType = 1 } } });
        return Analysed(new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = w.Opset } }, Graph = w.Graph }.ToByteArray(), rules);
    }

    private ShrinkAnalysis Analysed(byte[] bytes, ShrinkRules? rules = null)
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, bytes);
        var model = OnnxModel.Open(path);
        return ShrinkAnalysis.Of(model, ShapeProbe.Run(model, new Dictionary<string, int>(), CancellationToken.None), rules);
    }

    // A cut that was compared with the masked network.
    private static ShrinkCut Checked(UnitRanking ranking, double fraction)
    {
        var cut = ranking.At(fraction);
        new ShrinkCheck(cut, cut.Analysis.Graph.Model.Path, new VerifyOptions { Range = new(-1, 1) }, CancellationToken.None).Masked();
        return cut;
    }
}
