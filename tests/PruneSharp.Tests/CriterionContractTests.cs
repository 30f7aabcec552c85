namespace PruneSharp.Tests;

/// <summary>What every criterion must do. A new criterion is one more line in <see cref="All"/>.</summary>
public sealed class CriterionContractTests
{
    private const int Length = 5000;

    public static TheoryData<string> All => ["l1", "l2", "random", "custom"];

    [Theory]
    [MemberData(nameof(All))]
    public void Scores_do_not_depend_on_how_the_tensor_is_cut(string name)
    {
        var criterion = Create(name);
        double[] weights = Weights(), whole = new double[Length], pieces = new double[Length];
        criterion.Score("w", 0, weights, whole);
        for (int first = 0; first < Length; first += 37)
        {
            int count = Math.Min(37, Length - first);
            criterion.Score("w", first, weights.AsSpan(first, count), pieces.AsSpan(first, count));
        }

        Assert.Equal(whole, pieces);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Scores_are_the_same_every_time_and_never_NaN(string name)
    {
        double[] first = new double[Length], second = new double[Length];
        Create(name).Score("w", 0, Weights(), first);
        Create(name).Score("w", 0, Weights(), second);
        Assert.Equal(first, second);
        Assert.DoesNotContain(first, double.IsNaN);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Ranking_by_magnitude_is_claimed_only_where_it_holds(string name)
    {
        var criterion = Create(name);
        double[] weights = Weights(), scores = new double[Length];
        criterion.Score("w", 0, weights, scores);
        int[] byScore = [.. Enumerable.Range(0, Length).OrderBy(i => scores[i])];
        int[] byMagnitude = [.. Enumerable.Range(0, Length).OrderBy(i => Math.Abs(weights[i]))];
        Assert.Equal(criterion.RanksByMagnitude, byScore.SequenceEqual(byMagnitude));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Masks_are_the_same_on_any_number_of_threads_and_for_any_structure(string name)
    {
        var tensor = WeightTensor.Of("w", Weights().Select(w => (float)w).ToArray(), 50, 100);
        foreach (var structure in new[] { Structure.Unstructured, Structure.Block(3, 7), Structure.Channel(1), Structure.NOfM(2, 4) })
        {
            long count = structure.UnitCount(tensor) / 3;
            var one = structure.Prune(tensor, Create(name), count, threads: 1);
            var four = structure.Prune(tensor, Create(name), count, threads: 4);
            Assert.True(one.Words.Span.SequenceEqual(four.Words.Span));
            Assert.InRange(one.Sparsity, 0.2, 0.6);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Zeros_first_makes_pruning_twice_change_nothing(string name)
    {
        var values = Weights().Select(w => (float)w).ToArray();
        foreach (var structure in new[] { Structure.Unstructured, Structure.Block(3, 7), Structure.Channel(0), Structure.NOfM(2, 4) })
        {
            var weights = (float[])values.Clone();
            var tensor = WeightTensor.Of("w", weights, 50, 100);
            long count = structure.UnitCount(tensor) / 3;
            structure.Prune(tensor, Create(name), count, zerosFirst: true).Zero(weights);
            var once = (float[])weights.Clone();
            structure.Prune(tensor, name == "random" ? Criterion.Random(99) : Create(name), count, zerosFirst: true).Zero(weights);
            Assert.Equal(once, weights);
        }
    }

    [Fact]
    public void Random_depends_on_seed_name_and_index_and_fills_the_unit_interval()
    {
        var scores = new double[Length];
        Criterion.Random(1).Score("w", 0, Weights(), scores);
        Assert.All(scores, s => Assert.InRange(s, 0, 0.9999999999999999));
        Assert.InRange(scores.Average(), 0.48, 0.52);
        Assert.Equal(Length, scores.Distinct().Count());
        foreach (var (seed, tensor) in new[] { (2UL, "w"), (1UL, "v") })
        {
            var other = new double[Length];
            Criterion.Random(seed).Score(tensor, 0, Weights(), other);
            Assert.DoesNotContain(true, scores.Zip(other, (a, b) => a == b));
        }
    }

    [Fact]
    public void Custom_refuses_a_missing_tensor_and_a_wrong_count()
    {
        var criterion = Criterion.Custom(new Dictionary<string, ReadOnlyMemory<double>> { ["w"] = new double[3] });
        Assert.Contains("No scores were given for v", Assert.Throws<ArgumentException>(() => Structure.Unstructured.Prune(WeightTensor.Of("v", new float[3], 3), criterion, 1)).Message);
        Assert.Contains("has 4 weights", Assert.Throws<ArgumentException>(() => Structure.Block(1, 2).Prune(WeightTensor.Of("w", new float[4], 2, 2), criterion, 1)).Message);
    }

    [Fact]
    public void Custom_scores_decide_instead_of_weights()
    {
        var criterion = Criterion.Custom(new Dictionary<string, ReadOnlyMemory<double>> { ["w"] = new double[] { 5, -7, 0 } });
        var mask = Structure.Unstructured.Prune(WeightTensor.Of("w", new float[] { 1, 100, 50 }, 3), criterion, 2);
        Assert.Equal(new byte[] { 1, 0, 0 }, mask.ToTensor<byte>());
    }

    private static Criterion Create(string name) => name switch
    {
        "l1" => Criterion.L1,
        "l2" => Criterion.L2,
        "random" => Criterion.Random(5),
        _ => Criterion.Custom(new Dictionary<string, ReadOnlyMemory<double>> { ["w"] = Enumerable.Range(0, Length).Select(i => i * 7919 % 5003 - 2000.0).ToArray() }),
    };

    private static double[] Weights() => [.. Enumerable.Range(0, Length).Select(i => (double)(float)((i * 6007 % 5003 - 2500) / 999.0 + 1e-4))];
}
