using CsCheck;

namespace PruneSharp.Tests;

public sealed class ScheduleTests
{
    private static readonly Gen<Schedule> _any = Gen.Select(Gen.Int[0, 7], Gen.Double[0, 0.99], Gen.Double[0, 0.99], Gen.Long[0, 1000], Gen.Int[5, 1000], Gen.Long[1, 50],
        (kind, a, b, begin, length, frequency) => Of(kind, Math.Max(a, b), begin, begin + length) with { InitialSparsity = Math.Min(a, b), Frequency = frequency });

    [Theory]
    [InlineData("one-shot", 0.8, 0.8, 0.8)]
    [InlineData("constant", 0.8, 0.8, 0.8)]
    [InlineData("linear", 0.2, 0.35, 0.5)]
    [InlineData("cubic", 0.2, 0.546875, 0.725)]
    [InlineData("square", 0.2, 0.4625, 0.65)]
    [InlineData("cosine", 0.2, 0.28786796564403573, 0.5)]
    [InlineData("exponential", 0.2, 0.4343145750507620, 0.6)]
    [InlineData("iterative", 0.2, 0.2, 0.6)]
    public void Sparsity_goes_from_0_point_2_at_step_100_to_0_point_8_at_step_500(string name, double atBegin, double atQuarter, double atHalf)
    {
        Schedule schedule = name switch
        {
            "one-shot" => Schedule.OneShot(0.8, 100),
            "constant" => Schedule.Constant(0.8, 100, 500),
            "linear" => Schedule.Linear(0.8, 100, 500),
            "cubic" => Schedule.Cubic(0.8, 100, 500),
            "square" => Schedule.Polynomial(0.8, 100, 500, 2),
            "cosine" => Schedule.Cosine(0.8, 100, 500),
            "exponential" => Schedule.Exponential(0.8, 100, 500),
            _ => Schedule.Iterative(0.8, 100, 500, 2),
        };
        schedule = schedule with { InitialSparsity = 0.2 };
        long[] steps = [0, 99, 100, 200, 300, 500, 501, 1_000_000];
        double[] expected = [0, 0, atBegin, atQuarter, atHalf, 0.8, 0.8, 0.8];
        foreach (var (step, sparsity) in steps.Zip(expected))
            Assert.Equal(sparsity, schedule.Sparsity(step), 1e-14);
    }

    [Fact]
    public void Iterative_keeps_the_density_until_the_end_of_a_round()
    {
        var schedule = Schedule.Iterative(0.488, 0, 300, 3);
        Assert.Equal([0, 0, 0.2, 0.2, 0.36, 0.36, 0.488], new long[] { 0, 99, 100, 199, 200, 299, 300 }.Select(s => Math.Round(schedule.Sparsity(s), 12)));
        Assert.Equal([100, 200, 300], Updates(schedule));
        Assert.Equal([4, 7, 10], Updates(Schedule.Iterative(0.5, 0, 10, 3)));
    }

    [Fact]
    public void IsUpdate_is_every_frequency_steps_from_begin_on_and_the_end()
    {
        var schedule = Schedule.Cubic(0.5, 10, 35) with { Frequency = 10 };
        Assert.Equal([10, 20, 30, 35], Updates(schedule));
        Assert.Equal([10, 35], Updates(schedule with { Frequency = 100 }));
        Assert.Equal([7], Updates(Schedule.OneShot(0.5, 7)));
    }

    [Fact]
    public void Any_schedule_rises_within_its_limits_and_reaches_the_final_sparsity() => _any.Sample(schedule =>
    {
        Assert.Empty(schedule.Problems());
        Assert.Equal(schedule.FinalSparsity, schedule.Sparsity(schedule.EndStep));
        Assert.True(schedule.IsUpdate(schedule.EndStep));
        Assert.False(schedule.IsUpdate(schedule.BeginStep - 1) || schedule.IsUpdate(schedule.EndStep + 1));
        Assert.Equal(0, schedule.Sparsity(schedule.BeginStep - 1));
        double before = schedule.InitialSparsity;
        for (long step = schedule.BeginStep; step <= schedule.EndStep + 1; step++)
        {
            double now = schedule.Sparsity(step);
            Assert.InRange(now, before - 1e-12, schedule.FinalSparsity + 1e-12);
            before = now;
        }
    }, iter: 200);

    [Fact]
    public void An_iterative_schedule_changes_at_its_updates_only() =>
        Gen.Select(Gen.Long[0, 50], Gen.Int[1, 200], Gen.Int[1, 20]).Where((_, length, rounds) => rounds <= length).Sample((begin, length, rounds) =>
        {
            var schedule = Schedule.Iterative(0.9, begin, begin + length, rounds);
            Assert.Equal(rounds, Updates(schedule).Length);
            for (long step = begin + 1; step <= begin + length; step++)
                Assert.Equal(schedule.IsUpdate(step), schedule.Sparsity(step) > schedule.Sparsity(step - 1) + 1e-9);
        }, iter: 500);

    [Fact]
    public void Problems_are_all_listed()
    {
        var schedule = Schedule.Polynomial(1.5, -1, -2, 0) with { InitialSparsity = double.NaN, Frequency = 0 };
        Assert.Equal(["initialSparsity", "finalSparsity", "beginStep", "endStep", "frequency", "power"], schedule.Problems().Select(p => p.Split(' ')[0]));
        Assert.Contains("one step", Assert.Single((Schedule.OneShot(0.5, 3) with { EndStep = 4 }).Problems()));
        Assert.Contains("never reaches", Assert.Single(Schedule.Exponential(1, 0, 10).Problems()));
        Assert.Contains("1 to 10", Assert.Single(Schedule.Iterative(0.5, 0, 10, 11).Problems()));
        Assert.Contains("1 to 10", Assert.Single(Schedule.Iterative(0.5, 0, 10, 0).Problems()));
        Assert.Contains("begins and ends at step 3", Assert.Single(Schedule.Iterative(0.5, 3, 3, 1).Problems()));
        Assert.Contains("before beginStep", Assert.Single(Schedule.Iterative(0.5, 3, 2, 1).Problems()));
    }

    [Fact]
    public void At_a_step_a_plan_has_the_schedule_s_sparsity_as_its_amount()
    {
        var plan = new Plan { Schedule = Schedule.Linear(0.8, 0, 100) };
        Assert.Equal(new Plan { Amount = 0.4 }, plan.At(50) with { Targets = new() });
        Assert.Empty(plan.Problems());
        Assert.Contains("both given", Assert.Single((plan with { Amount = 0.5 }).Problems()));
        Assert.Contains("leave the schedule out", Assert.Single((plan with { Structure = Structure.NOfM(2, 4) }).Problems()));
    }

    private static Schedule Of(int kind, double final, long begin, long end) => kind switch
    {
        0 => Schedule.OneShot(final, begin),
        1 => Schedule.Constant(final, begin, end),
        2 => Schedule.Linear(final, begin, end),
        3 => Schedule.Cubic(final, begin, end),
        4 => Schedule.Polynomial(final, begin, end, 0.5),
        5 => Schedule.Cosine(final, begin, end),
        6 => Schedule.Exponential(final, begin, end),
        _ => Schedule.Iterative(final, begin, end, 5),
    };

    private static long[] Updates(Schedule schedule) => [.. Enumerable.Range(0, (int)schedule.EndStep + 10).Select(s => (long)s).Where(schedule.IsUpdate)];
}
