namespace PruneSharp.OnnxRuntime.Tests;

public sealed class LatencyComparisonTests
{
    [Fact]
    public void Copies_of_one_model_take_about_the_same_time()
    {
        var source = ModelSource.File(Path.Combine(AppContext.BaseDirectory, "mlsd_tiny.onnx"));
        var latencies = LatencyComparison.Measure([source, source]);
        Assert.All(latencies, l => Assert.True(l.Runs >= 10 && l.P10Milliseconds > 0 && l.P10Milliseconds <= l.MedianMilliseconds));
        Assert.All(latencies, l => Assert.Equal("mlsd_tiny.onnx", l.Model));
        Assert.InRange(latencies[0].MedianMilliseconds / latencies[1].MedianMilliseconds, 0.5, 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void More_work_is_slower(int threads)
    {
        var latencies = LatencyComparison.Measure([TestModels.MatMul(1024), TestModels.MatMul(256)], new() { Threads = threads, MinimumMilliseconds = 300 });
        Assert.Equal(["matmul1024", "matmul256"], latencies.Select(l => l.Model));
        Assert.True(latencies[0].MedianMilliseconds > latencies[1].MedianMilliseconds, string.Join(" ", latencies));
    }

    [Theory]
    [MemberData(nameof(ToyTests.Toys), MemberType = typeof(ToyTests))]
    public void Every_toy_is_timed_with_its_dynamic_sizes(string toy) =>
        Assert.Equal(2, Assert.Single(LatencyComparison.Measure([TestModels.Toy(toy)], new() { MinimumRuns = 2, MaximumRuns = 2 })).Runs);

    [Fact]
    public void Nothing_to_time_gives_nothing() => Assert.Empty(LatencyComparison.Measure([]));

    [Fact]
    public void Models_with_other_inputs_are_refused() =>
        Assert.Contains("different inputs", Assert.Throws<ArgumentException>(() => LatencyComparison.Measure([TestModels.Toy("lstm.onnx"), TestModels.Toy("unet.onnx")])).Message);

    [Fact]
    public void Models_that_do_not_load_are_named()
    {
        Assert.Throws<FileNotFoundException>(() => LatencyComparison.Measure([ModelSource.File("missing.onnx")]));
        var bad = ModelSource.Memory([1, 2, 3], "bad", AppContext.BaseDirectory);
        Assert.Equal("bad", Assert.Throws<InvalidModelException>(() => LatencyComparison.Measure([TestModels.MatMul(8), bad])).File);
    }

    [Fact]
    public void Cancelled_measurements_end()
    {
        var options = new LatencyOptions { Cancellation = new(true) };
        Assert.Throws<OperationCanceledException>(() => LatencyComparison.Measure([TestModels.MatMul(8)], options));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        LatencyOptions options = new();
        foreach (var bad in new[] { options with { Threads = -1 }, options with { MinimumRuns = 0 }, options with { MaximumRuns = 9 }, options with { MinimumMilliseconds = double.NaN }, options with { MinimumMilliseconds = -1 } })
            Assert.Throws<ArgumentOutOfRangeException>(() => LatencyComparison.Measure([], bad));
    }
}
