namespace PruneSharp.OnnxRuntime.Tests;

public sealed class AlternatingBlocksTests
{
    private readonly ManualClock _clock = new();
    private string _order = "";

    [Fact]
    public void Order_turns_around_after_every_round()
    {
        AlternatingBlocks.Measure([Takes("A", 1), Takes("B", 1)], Options(0, 10));
        Assert.Equal("ABBAABBAABBAABBAABBA", _order);
    }

    [Fact]
    public void Slow_actions_get_one_run_a_block_and_fast_ones_fill_the_same_time()
    {
        var times = AlternatingBlocks.Measure([Takes("A", 200), Takes("B", 25)], Options(1000, 10));
        Assert.StartsWith("ABBBBBBBBA", _order);
        Assert.Equal(Enumerable.Repeat(200.0, 10), times[0]);
        Assert.Equal(Enumerable.Repeat(25.0, 40), times[1]);
    }

    [Fact]
    public void Drift_that_grows_evenly_cancels()
    {
        double now = 1;
        Action Drifting() => () => _clock.Advance(now += 0.5);
        var times = AlternatingBlocks.Measure([Drifting(), Drifting()], Options(0, 10));
        Assert.Equal(times[0].Average(), times[1].Average(), 9);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(7, 7)]
    [InlineData(7, 25)]
    [InlineData(25, 25)]
    public void Runs_stay_between_least_and_most(int least, int most)
    {
        Assert.Equal(most, AlternatingBlocks.Measure([Takes("A", 0.001)], Options(1000, least, most))[0].Count);
        Assert.Equal(least, AlternatingBlocks.Measure([Takes("A", 1)], Options(0, least, most))[0].Count);
    }

    [Fact]
    public void Cancellation_stops_between_two_runs()
    {
        using var source = new CancellationTokenSource();
        var options = Options(0, 100) with { Cancellation = source.Token };
        int runs = 0;
        Assert.Throws<OperationCanceledException>(() => AlternatingBlocks.Measure([Cancel], options));
        Assert.Equal(3, runs);
        void Cancel()
        {
            if (++runs == 3)
                source.Cancel();
        }
    }

    [Fact]
    public void Latency_is_median_and_nearest_rank_tenth()
    {
        Assert.Equal(new ModelLatency("m", 4, 2.5, 1), ModelLatency.Of("m", [4, 1, 3, 2]));
        Assert.Equal(new ModelLatency("m", 11, 6, 2), ModelLatency.Of("m", [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]));
        Assert.Equal(new ModelLatency("m", 1, 5, 5), ModelLatency.Of("m", [5]));
    }

    private Action Takes(string name, double milliseconds) => () =>
    {
        _order += name;
        _clock.Advance(milliseconds);
    };

    private LatencyOptions Options(double milliseconds, int least, int most = 10_000) => new() { MinimumMilliseconds = milliseconds, MinimumRuns = least, MaximumRuns = most, Clock = _clock };
}
