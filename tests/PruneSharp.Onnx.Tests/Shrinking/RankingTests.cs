using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx.Tests;

/// <summary>Two layers, y = w2 (w1 x), whose hidden units are ranked by hand.</summary>
public sealed class RankingTests
{
    // By unit: a row of w1 and a column of w2.
    private static readonly float[] First = [1, -1, 3, 3, 0, 2, 5, 0];
    private static readonly float[] Second = [4, 1, 1, 0, 4, 0, 1, 1];

    [Fact]
    public void L1_adds_absolute_values_of_all_slices() =>
        Assert.Equal([(1 + 1) + (4 + 4), (3 + 3) + (1 + 0), (0 + 2) + (1 + 1), (5 + 0) + (0 + 1)], Scores(UnitCriterion.Of(Criterion.L1)));

    [Fact]
    public void L2_adds_squares_of_all_slices() =>
        Assert.Equal([2 + 32, 18 + 1, 4 + 2, 25 + 1], Scores(UnitCriterion.Of(Criterion.L2)));

    [Fact]
    public void Given_scores_are_added_over_the_slices_of_the_tensors_that_have_some()
    {
        var scores = UnitCriterion.Scores(new Dictionary<string, ReadOnlyMemory<double>> { ["w1"] = new double[] { 1, 2, 3, 4, 5, 6, -7, 8 } });
        Assert.Equal([3, 7, 11, 1], Scores(scores));
    }

    [Fact]
    public void A_family_without_given_scores_is_an_error()
    {
        var error = Assert.Throws<ArgumentException>(() => Scores(UnitCriterion.Scores(new Dictionary<string, ReadOnlyMemory<double>>())));
        Assert.Contains("No scores were given for any tensor of family w1:0 (w1, w2)", error.Message);
    }

    [Fact]
    public void Fpgm_adds_distances_to_the_other_units()
    {
        double[] scores = Scores(UnitCriterion.GeometricMedian);
        float[][] units = [[1, -1, 4, 4], [3, 3, 1, 0], [0, 2, 1, 1], [5, 0, 0, 1]];
        for (int i = 0; i < units.Length; i++)
            Assert.Equal(units.Sum(other => Math.Sqrt(units[i].Zip(other, (a, b) => (double)(a - b) * (a - b)).Sum())), scores[i], 5);
    }

    [Fact]
    public void Random_scores_depend_on_the_seed_only()
    {
        double[] first = Scores(UnitCriterion.Of(Criterion.Random(1)));
        Assert.Equal(first, Scores(UnitCriterion.Of(Criterion.Random(1))));
        Assert.NotEqual(first, Scores(UnitCriterion.Of(Criterion.Random(2))));
        Assert.Equal(4, first.Distinct().Count());
    }

    [Fact]
    public void Normalisation_scales_rank_where_there_are_some_and_weights_elsewhere()
    {
        var model = Network();
        model.Graph.Node.Insert(1, new NodeProto { OpType = "BatchNormalization", Name = "bn", Input = { "h", "scale", "zeros", "zeros", "ones" }, Output = { "n" } });
        model.Graph.Node[2].Input[0] = "n";
        model.Graph.Initializer.Add(TestModel.Floats("scale", [0.5f, -2, 1, 0.25f], 4));
        model.Graph.Initializer.Add(TestModel.Floats("zeros", [0, 0, 0, 0], 4));
        model.Graph.Initializer.Add(TestModel.Floats("ones", [1, 1, 1, 1], 4));
        Assert.Equal([0.5, 2, 1, 0.25], Scores(UnitCriterion.NormalizationScale, model));
        Assert.Equal(Scores(UnitCriterion.Of(Criterion.L1)), Scores(UnitCriterion.NormalizationScale));
    }

    [Fact]
    public void NaN_weights_cannot_be_ranked()
    {
        var model = Network();
        model.Graph.Initializer[1] = TestModel.Floats("w2", [4, 1, 1, 0, 4, float.NaN, 1, 1], 2, 4);
        foreach (var criterion in new[] { UnitCriterion.Of(Criterion.L1), UnitCriterion.GeometricMedian })
            Assert.Contains("w2", Assert.Throws<NaNScoreException>(() => Scores(criterion, model)).Tensor);
    }

    // Scores in means of the family: 1.4 0.98 0.56 ... against ...; a family of large weights must not push out the other.
    [Theory]
    [InlineData(ShrinkScope.Local, 0.5, 2, 2)]
    [InlineData(ShrinkScope.Global, 0.5, 3, 1)]
    [InlineData(ShrinkScope.Isomorphic, 0.5, 3, 1)]
    public void Scopes_spread_one_fraction_over_families(ShrinkScope scope, double fraction, int removedFirst, int removedSecond)
    {
        // Units of the first family are unequal, those of the second nearly equal: of all eight the lowest four are three and one.
        var model = Network();
        model.Graph.Initializer[0] = TestModel.Floats("w1", [0.1f, 0.1f, 0.2f, 0.2f, 0.3f, 0.3f, 90, 90], 4, 2);
        model.Graph.Initializer[1] = TestModel.Floats("w2", [0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f], 4, 4);
        model.Graph.Initializer.Add(TestModel.Floats("w3", [1000, 1001, 1002, 1003, 1000, 1001, 1002, 1003], 2, 4));
        model.Graph.Node[1].Output[0] = "k";
        model.Graph.Node.Add(new NodeProto { OpType = "Gemm", Name = "three", Input = { "k", "w3" }, Output = { "y" }, Attribute = { TestModel.Int("transB", 1) } });
        var cut = new UnitRanking(Analyse(model), new() { Align = 1, Scope = scope }).At(fraction);
        Assert.Equal([removedFirst, removedSecond], cut.Families.Select(f => f.Removed));
    }

    [Theory]
    [InlineData(ShrinkScope.Local, 2)]
    [InlineData(ShrinkScope.Global, 1)]
    public void A_count_is_of_each_family_or_of_all(ShrinkScope scope, int removed)
    {
        var model = Network();
        model.Graph.Node[1].Output[0] = "k";
        model.Graph.Initializer.Add(TestModel.Floats("w3", [1, 2, 3, 4], 2, 2));
        model.Graph.Node.Add(new NodeProto { OpType = "Gemm", Name = "three", Input = { "k", "w3" }, Output = { "y" }, Attribute = { TestModel.Int("transB", 1) } });
        var cut = new UnitRanking(Analyse(model), new() { Align = 1, Scope = scope }).At(1);
        Assert.Equal(removed, cut.Families.Sum(f => f.Removed));
    }

    [Fact]
    public void The_lowest_units_go_and_ties_go_in_order()
    {
        var model = Network();
        model.Graph.Initializer[0] = TestModel.Floats("w1", [1, 1, 1, 1, 2, 2, 1, 1], 4, 2);
        model.Graph.Initializer[1] = TestModel.Floats("w2", [1, 1, 1, 1, 1, 1, 1, 1], 2, 4);
        var slices = new UnitRanking(Analyse(model), new() { Align = 1 }).At(0.5).Slices.Slices;
        Assert.Equal(["w1", "w2"], slices.Select(s => s.Tensor));
        Assert.All(slices, slice => Assert.Equal([0, 1], slice.Indices));
    }

    [Fact]
    public void At_least_so_many_units_stay_as_asked()
    {
        var ranking = new UnitRanking(Analyse(Network()), new() { Align = 1, MinimumKept = 3 });
        Assert.Equal(1, ranking.At(1.0).Families[0].Removed);
        Assert.Throws<ArgumentOutOfRangeException>(() => new UnitRanking(Analyse(Network()), new() { MinimumKept = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UnitRanking(Analyse(Network()), new() { Align = 0 }));
    }

    private static double[] Scores(UnitCriterion criterion, ModelProto? model = null)
    {
        var analysis = Analyse(model ?? Network());
        return criterion.Score(analysis.Graph.Model, Assert.Single(analysis.Open), new SliceSums(analysis.Graph.Model));
    }

    private static ShrinkAnalysis Analyse(ModelProto proto)
    {
        var model = OnnxModel.Of(Google.Protobuf.MessageExtensions.ToByteArray(proto), "test.onnx");
        return ShrinkAnalysis.Of(model, StaticShapes.Infer(model));
    }

    private static ModelProto Network() => new()
    {
        IrVersion = 8,
        OpsetImport = { new OperatorSetIdProto { Version = 17 } },
        Graph = new()
        {
            Name = "g",
            Input = { Value("x", 1, 2) },
            Output = { Value("y", 1, 2) },
            Initializer = { TestModel.Floats("w1", First, 4, 2), TestModel.Floats("w2", Second, 2, 4) },
            Node =
            {
                new NodeProto { OpType = "Gemm", Name = "one", Input = { "x", "w1" }, Output = { "h" }, Attribute = { TestModel.Int("transB", 1) } },
                new NodeProto { OpType = "Gemm", Name = "two", Input = { "h", "w2" }, Output = { "y" }, Attribute = { TestModel.Int("transB", 1) } },
            },
        },
    };

    private static ValueInfoProto Value(string name, params long[] dims)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(dims.Select(dim => new TensorShapeProto.Types.Dimension { DimValue = dim }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } } };
    }
}
