namespace PruneSharp.Tests;

public sealed class PlanJsonTests
{
    public static TheoryData<string> Plans =>
    [
        """{ "amount": "0.3" }""",
        """{ "schemaVersion": 1, "criterion": "l2", "structure": "block:4x1", "allocation": "lamp", "amount": "1000", "only": ["conv*"], "skip": ["re:head$"], "embeddings": false, "minimumParameters": 128 }""",
        """{ "criterion": "random", "seed": 18446744073709551615, "structure": "channel:1", "norm": "-inf", "allocation": "local", "minimumSparsity": 0.1, "maximumSparsity": 0.75, "amount": "50%" }""",
        """{ "structure": "2:4" }""",
        """{ "structure": "2:4", "amount": 0.5 }""",
        """{ "allocation": "per-layer", "layers": { "a": "0.5", "b/c": 3 } }""",
        """{ "allocation": "erk", "structure": "channel", "norm": 2.5, "amount": 1.0 }""",
    ];

    [Theory]
    [MemberData(nameof(Plans))]
    public void Plan_round_trips(string json)
    {
        string written = PlanJson.Write(PlanJson.Read(json));
        Assert.Equal(written, PlanJson.Write(PlanJson.Read(written)));
    }

    [Fact]
    public void Values_survive()
    {
        var plan = PlanJson.Read("""{ "criterion": "random", "seed": 7, "allocation": "lamp", "maximumSparsity": 0.9, "amount": "0.25", "skip": ["x"] }""");
        Assert.Equal(Criterion.Random(7), plan.Criterion);
        Assert.Equal(Allocation.Lamp with { MaximumSparsity = 0.9 }, plan.Allocation);
        Assert.Equal(0.25, plan.Amount);
        Assert.Equal(["x"], plan.Targets.Skip);
    }

    [Fact]
    public void A_number_is_a_count_or_a_fraction_by_how_it_is_written()
    {
        Assert.Equal(Amount.OfCount(1), PlanJson.Read("""{ "amount": 1 }""").Amount);
        Assert.Equal(Amount.OfFraction(1), PlanJson.Read("""{ "amount": 1.0 }""").Amount);
    }

    [Fact]
    public void All_problems_are_listed_at_once()
    {
        var error = Assert.Throws<InvalidPlanException>(() => PlanJson.Read(
            """{ "schemaVersion": 2, "critereon": "l1", "criterion": "l3", "structure": "9:4", "allocation": "lamp", "maximumSparsity": 2, "amount": "150%", "only": [""], "minimumParameters": -1, "embeddings": "no", "seed": 1, "layers": {} }"""));
        Assert.Equal(11, error.Problems.Count);
        foreach (string word in new[] { "schemaVersion", "critereon", "Did you mean criterion", "l3", "9:4", "maximumSparsity", "150%", "pattern is empty", "minimumParameters", "embeddings", "seed", "per-layer" })
            Assert.Contains(word, error.Message);
    }

    [Theory]
    [InlineData("""{ }""", "amount is missing")]
    [InlineData("""{ "structure": "2:4", "amount": 0.3 }""", "contradicts structure 2:4")]
    [InlineData("""{ "structure": "2:4", "allocation": "per-layer", "layers": {} }""", "fixes the sparsity")]
    [InlineData("""{ "allocation": "per-layer", "layers": {}, "amount": 0.3 }""", "leave the plan's own out")]
    [InlineData("""{ "amount": 0.3, "minimumSparsity": 0.9, "maximumSparsity": 0.5 }""", "greater than")]
    [InlineData("""{ "amount": 0.3, "only": ["re:("] }""", "regular expression")]
    [InlineData("""{ "amount": 0.3, "amount": 0.4 }""", "appears twice")]
    [InlineData("""{ "amount": 0.3, "norm": 2 }""", "norm has no meaning")]
    [InlineData("""[]""", "JSON object")]
    [InlineData("""{ "amount": 0.3""", "not JSON")]
    [InlineData("", "not JSON")]
    public void Impossible_plans_say_why(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidPlanException>(() => PlanJson.Read(json)).Message);

    [Fact]
    public void Custom_criteria_have_no_JSON_form() =>
        Assert.Throws<NotSupportedException>(() => PlanJson.Write(new() { Criterion = Criterion.Custom(new Dictionary<string, ReadOnlyMemory<double>>()), Amount = 1 }));

    [Theory]
    [InlineData("conv*", "conv1/weight", true)]
    [InlineData("conv?", "conv1", true)]
    [InlineData("conv?", "conv12", false)]
    [InlineData("conv1", "Conv1", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("re:a.c", "xabcx", true)]
    [InlineData("*", "", true)]
    public void Patterns_match_as_globs_or_regular_expressions(string pattern, string name, bool expected) =>
        Assert.Equal(expected, NamePattern.Parse(pattern).Matches(name));

    [Fact]
    public void Near_names_put_the_likely_one_first() =>
        Assert.Equal("conv1.weight", NearNames.Of("conv1.wieght", ["fc.bias", "conv1.weight", "conv2.weight"])[0]);
}
