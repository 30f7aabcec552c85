using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>Dynamic network surgery with thresholds that can be computed by hand.</summary>
public sealed class DynamicNetworkSurgeryTests
{
    private static readonly float[,] _none = new float[2, 4];

    [Fact]
    public void Weights_return_only_over_the_upper_and_go_only_under_the_lower_threshold()
    {
        // |w|: mean 4.5, population deviation √5.25 = 2.2913; with c = 0 the threshold is 4.5: under 4.05 out, over 4.95 in.
        float[,] weights = { { 1, -2, 3, -4 }, { 5, -6, 7, -8 } };
        using var loop = new GradientLoop(weights, new Plan(), new DynamicNetworkSurgery { StopStep = 100, Deviations = 0, Gamma = 0 });
        Values.Equal(new float[,] { { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }, loop.Mask);

        // 4 → 4.5 and 5 → 4.5 are in between: both stay as they were. −3 → 5 returns with its trained value, 6 → 4 goes.
        loop.Step(new float[,] { { 0, 0, -2, 0.5f }, { 0.5f, -2, 0, 0 } });
        Values.Equal(new float[,] { { 1, -2, 5, -4.5f }, { 4.5f, -4, 7, -8 } }, loop.Dense);
        Values.Equal(new float[,] { { 0, 0, 1, 0 }, { 1, 0, 1, 1 } }, loop.Mask);
        Values.Equal(new float[,] { { 0, 0, 5, 0 }, { 4.5f, 0, 7, -8 } }, loop.Weight);
        Assert.Equal(4.5, loop.Pruner.Layers[0].State["threshold"].item<double>());
    }

    [Fact]
    public void Threshold_is_mean_plus_deviations_of_the_magnitudes()
    {
        float[,] weights = { { 1, -2, 3, -4 }, { 5, -6, 7, -8 } };
        using var loop = new GradientLoop(weights, new Plan(), new DynamicNetworkSurgery { StopStep = 100, Deviations = 1.5 });
        Assert.Equal(4.5 + 1.5 * Math.Sqrt(5.25), loop.Pruner.Layers[0].State["threshold"].item<double>(), 1e-12);
        using var low = new GradientLoop(weights, new Plan(), new DynamicNetworkSurgery { StopStep = 100, Deviations = -9 });
        Assert.Equal((0.0, 8L), (low.Pruner.Layers[0].State["threshold"].item<double>(), low.Pruner.Layers[0].KeptCount));
    }

    [Fact]
    public void Amount_of_the_plan_is_met_exactly_from_the_stop_step_on()
    {
        float[,] weights = { { 1, -2, 3, -4 }, { 5, -6, 7, -8 } };
        using var loop = new GradientLoop(weights, new Plan { Amount = 0.5 }, new DynamicNetworkSurgery { StopStep = 2, Gamma = 0 });
        Values.Equal(new float[,] { { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }, loop.Mask);

        // The four smallest of 1 2 3 5.2 | 5 6 7 8 reach up to 5: under 4.5 out, over 5.5 in, so 5 stays although it ranks below 5.2.
        loop.Step(new float[,] { { 0, 0, 0, 1.2f }, { 0, 0, 0, 0 } });
        Values.Equal(new float[,] { { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }, loop.Mask);
        loop.Step(_none);
        loop.Step(_none);
        Values.Equal(new float[,] { { 0, 0, 0, 1 }, { 0, 1, 1, 1 } }, loop.Mask);

        // Masks stay for good, whatever happens.
        loop.Step(new float[,] { { -90, 0, 0, 0 }, { 0, 0, 0, 0 } });
        loop.Pruner.finish();
        Values.Equal(new float[,] { { 0, 0, 0, 1 }, { 0, 1, 1, 1 } }, loop.Mask);
    }

    [Fact]
    public void Amount_is_met_exactly_where_training_ends_early()
    {
        float[,] weights = { { 1, -2, 3, -4 }, { 5, -6, 7, -8 } };
        var plan = new Plan { Schedule = Schedule.Linear(0.75, 0, 10) with { Frequency = 1 } };
        using var loop = new GradientLoop(weights, plan, new DynamicNetworkSurgery { StopStep = 20 });
        for (int step = 0; step < 12; step++)
            loop.Step(_none);
        Assert.Equal(2, loop.Pruner.finish().KeptCount);
        Values.Equal(new float[,] { { 0, 0, 0, 0 }, { 0, 0, 7, -8 } }, loop.Weight);
    }

    [Fact]
    public void Decisions_get_rare_with_the_stated_probability()
    {
        var method = new DynamicNetworkSurgery { StopStep = 100_000, Deviations = 0, Gamma = 0.01, Power = 1, Seed = 7 };
        Assert.Equal((1, 0.5, 0.25), (method.Probability(0), method.Probability(100), (method with { Power = 2 }).Probability(100)));
        Assert.Equal(Decisions(7), Decisions(7));
        Assert.NotEqual(Decisions(7), Decisions(8));

        // Σ 1/(1 + 0.01 t) over 400 steps is 161.3, with a deviation of 9.0.
        Assert.InRange(Decisions(7).Count, 161 - 36, 161 + 36);

        List<long> Decisions(ulong seed)
        {
            using var loop = new GradientLoop(new float[,] { { 1, 2 } }, new Plan(), method with { Seed = seed });
            var steps = new List<long>();
            loop.Pruner.Updated += report => steps.Add(report.Step);
            using var none = zeros(1, 2);
            for (int step = 0; step < 400; step++)
                loop.Step(none);
            return steps;
        }
    }

    [Fact]
    public void Plans_that_do_not_fit_are_refused()
    {
        var (byPlan, byDeviations) = (new DynamicNetworkSurgery { StopStep = 10 }, new DynamicNetworkSurgery { StopStep = 10, Deviations = 1 });
        var half = new Plan { Amount = 0.5 };
        Assert.Empty(byPlan.Problems(half));
        Assert.Empty(byDeviations.Problems(new Plan()));
        Assert.Single(byPlan.Problems(new Plan()), p => p.Contains("amount is missing"));
        Assert.Single(byDeviations.Problems(half), p => p.Contains("Deviations"));
        Assert.Single(byDeviations.Problems(new Plan { Schedule = Schedule.Cubic(0.5, 0, 10) }), p => p.Contains("Deviations"));
        Assert.Single(byPlan.Problems(new Plan { Schedule = Schedule.Cubic(0.5, 0, 11) }), p => p.Contains("step 11"));
        Assert.Single(byPlan.Problems(half with { Structure = Structure.Channel() }), p => p.Contains("channel"));
        Assert.Single((byPlan with { RegrowAbove = 0.5 }).Problems(half), p => p.Contains("RegrowAbove"));
        Assert.Single((byPlan with { Gamma = double.NaN }).Problems(half), p => p.Contains("Gamma"));
        Assert.Single((byDeviations with { Deviations = double.PositiveInfinity }).Problems(new Plan()), p => p.Contains("Deviations"));
    }
}
