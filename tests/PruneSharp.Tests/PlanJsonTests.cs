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
        """{ "schedule": { "name": "polynomial", "finalSparsity": 0.95, "initialSparsity": 0.1, "beginStep": 10, "endStep": 5000, "frequency": 50, "power": 2 } }""",
        """{ "schedule": { "name": "iterative", "finalSparsity": 0.95, "endStep": 5000, "rounds": 5 } }""",
        """{ "schedule": { "name": "one-shot", "finalSparsity": 0.95, "beginStep": 7 } }""",
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
    public void Schedules_survive()
    {
        Schedule[] schedules =
        [
            Schedule.OneShot(0.5, 3), Schedule.Constant(0.5, 0, 9), Schedule.Linear(0.5, 1, 9), Schedule.Cubic(0.95, 0, 5000) with { Frequency = 7 },
            Schedule.Polynomial(0.5, 1, 9, 0.5) with { InitialSparsity = 0.25 }, Schedule.Cosine(0.1, 1, 9), Schedule.Exponential(0.7, 1, 9),
            Schedule.Iterative(0.9, 0, 100, 5),
        ];
        Assert.All(schedules, s => Assert.Equal(s, PlanJson.Read(PlanJson.Write(new() { Schedule = s })).Schedule));
        Assert.Equal(Schedule.Cubic(0.95, 0, 5000), Read("""{ "name": "cubic", "finalSparsity": 0.95, "endStep": 5000 }"""));
        Assert.Equal(Schedule.Linear(0.95, 0, 5000), Read("""{ "name": "linear", "finalSparsity": 0.95, "endStep": 5000 }"""));
        Assert.Equal(Schedule.Cubic(0.95, 0, 5000), Read("""{ "name": "polynomial", "finalSparsity": 0.95, "endStep": 5000 }"""));

        static Schedule? Read(string schedule) => PlanJson.Read($$"""{ "schedule": {{schedule}} }""").Schedule;
    }

    [Fact]
    public void A_schedule_is_written_without_its_defaults()
    {
        string json = PlanJson.Write(new() { Schedule = Schedule.Cubic(0.95, 0, 5000) });
        Assert.Contains("""
              "schedule": {
                "name": "polynomial",
                "finalSparsity": 0.95,
                "beginStep": 0,
                "endStep": 5000,
                "power": 3
              }
            """, json);
    }

    [Fact]
    public void All_problems_of_a_schedule_are_listed_at_once()
    {
        var error = Assert.Throws<InvalidPlanException>(() => PlanJson.Read(
            """{ "schedule": { "name": "cosine", "finalSparsty": 0.5, "initialSparsity": 2, "beginStep": -1, "endStep": "x", "frequency": 1.5, "power": 2, "rounds": 3, "rounds": 3 } }"""));
        Assert.Equal(9, error.Problems.Count);
        foreach (string word in new[] { "Did you mean finalSparsity", "'schedule.rounds' appears twice", "schedule.power has no meaning", "schedule.rounds has no meaning", "schedule.finalSparsity is missing", "schedule.frequency is 1.5", "schedule.endStep is \"x\"", "initialSparsity is 2", "beginStep is -1" })
            Assert.Contains(word, error.Message);
    }

    [Theory]
    [InlineData("3", "schedule is 3; it must be an object")]
    [InlineData("""{ "finalSparsity": 0.5, "endStep": 3 }""", "schedule.name is missing")]
    [InlineData("""{ "name": 1, "finalSparsity": 0.5, "endStep": 3 }""", "schedule.name is 1")]
    [InlineData("""{ "name": "cubik", "finalSparsity": 0.5, "endStep": 3 }""", "Did you mean cubic?")]
    [InlineData("""{ "name": "cubic", "finalSparsity": 0.5 }""", "schedule.endStep is missing")]
    [InlineData("""{ "name": "cubic", "finalSparsity": 0.5, "endStep": 1e300 }""", "schedule.endStep is 1e300")]
    [InlineData("""{ "name": "iterative", "finalSparsity": 0.5, "endStep": 3 }""", "schedule.rounds is missing")]
    [InlineData("""{ "name": "iterative", "finalSparsity": 0.5, "endStep": 3, "rounds": 4 }""", "there can be 1 to 3")]
    [InlineData("""{ "name": "one-shot", "finalSparsity": 0.5, "endStep": 3 }""", "has one step")]
    public void An_impossible_schedule_has_one_problem_that_says_why(string schedule, string reason) =>
        Assert.Contains(reason, Assert.Single(Assert.Throws<InvalidPlanException>(() => PlanJson.Read($$"""{ "schedule": {{schedule}} }""")).Problems));

    [Fact]
    public void A_schedule_beside_an_amount_is_a_problem() =>
        Assert.Contains("both given", Assert.Throws<InvalidPlanException>(() => PlanJson.Read("""{ "amount": 0.5, "schedule": { "name": "cubic", "finalSparsity": 0.5, "endStep": 3 } }""")).Message);

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
