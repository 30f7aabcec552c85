using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed class RegionFinderTests
{
    private static readonly AccelerateOptions _measured = new() { Threads = 1 };

    [Fact]
    public void Find_timer_that_cannot_leaves_everything_with_the_reason()
    {
        RegionPlan plan = RegionFinder.Find(DecisionGraphs.Chain(), _measured, new Timer(() => null));
        Assert.Empty(plan.Regions);
        Assert.All(plan.Layers, layer => Assert.Equal("in a region that ONNX Runtime could not run alone for a trial", layer.Reason));
    }

    [Fact]
    public void Find_timer_that_throws_leaves_everything_with_the_reason()
    {
        RegionPlan plan = RegionFinder.Find(DecisionGraphs.Chain(), _measured, new Timer(() => throw new OutOfMemoryException("Failed to allocate memory.")));
        Assert.Empty(plan.Regions);
        Assert.All(plan.Layers, layer => Assert.Equal("in a region that ONNX Runtime could not run alone for a trial: Failed to allocate memory", layer.Reason));
    }

    [Fact]
    public void Find_dense_run_that_throws_is_disposed_and_leaves_its_region()
    {
        List<Run> runs = [];
        RegionPlan plan = RegionFinder.Find(DecisionGraphs.Chain(), _measured, new Timer(() =>
        {
            runs.Add(new Run(runs.Count == 0 ? () => throw new InvalidOperationException("It broke.") : () => Thread.SpinWait(1 << 18)));
            return runs[^1];
        }));
        Assert.Equal([3, 4], Assert.Single(plan.Regions)); // the other region is not harmed
        Assert.Equal("in a region that ONNX Runtime could not run alone for a trial: It broke", plan.Layers[0].Reason);
        Assert.True(plan.Layers[1].Claimed);
        Assert.All(runs, run => Assert.True(run.IsDisposed));
    }

    [Fact]
    public void Find_inputs_too_large_for_a_trial_are_left_without_taking_memory()
    {
        RegionPlan plan = RegionFinder.Find(DecisionGraphs.Chain(size: 1 << 20), _measured, new Timer(() => throw new InvalidOperationException("not to be called")));
        Assert.All(plan.Layers, layer => Assert.Equal("in a region whose inputs are too large for a trial", layer.Reason));
    }

    private sealed class Timer(Func<IDenseRun?> prepare) : IDenseTimer
    {
        public IDenseRun? Prepare(LayerGraph region, IReadOnlyList<long[]> inputShapes) => prepare();
    }

    private sealed class Run(Action run) : IDenseRun
    {
        public bool IsDisposed { get; private set; }

        void IDenseRun.Run() => run();

        public void Dispose() => IsDisposed = true;
    }
}
