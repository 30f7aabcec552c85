using TorchSharp;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>What every training method promises, with either kind of optimizer.</summary>
public sealed class TrainingMethodContractTests
{
    private const int StepCount = 60;

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (string name in TrainingCases.All.Keys)
            foreach (string optimizer in TrainingTask.Optimizers)
                cases.Add(name, optimizer);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_leaves_pruned_weights_and_their_optimizer_state_at_zero(string name, string kind) => Train(name, kind, (method, pruner, _) =>
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (var layer in pruner.Layers)
        {
            var isPruned = layer.Mask.eq(0);
            Assert.True(layer.Mask.eq(1).logical_or(isPruned).all().item<bool>(), $"The mask of {layer.Name} is not binary.");
            Assert.Equal(layer.Count - isPruned.sum().item<long>(), layer.KeptCount);
            Assert.Equal(0, layer.Weight.masked_select(isPruned).count_nonzero().item<long>());
            if (method.PrunedWeights == PrunedWeights.Zero)
                Assert.All(layer.Optimizer!.All(), tensor => Assert.Equal(0, tensor.masked_select(isPruned).count_nonzero().item<long>()));
        }
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_reaches_the_sparsity_of_the_plan_and_a_lower_loss(string name, string kind)
    {
        double start = double.NaN, end = double.NaN;
        Train(name, kind, (_, pruner, task) =>
        {
            if (pruner.StepCount == 0)
                start = task.LossNow();
            if (pruner.StepCount < StepCount)
                return;
            end = task.LossNow();
            Assert.Equal(pruner.Sparsity.KeptCount, pruner.Layers.Sum(l => l.KeptCount));
            Assert.InRange(pruner.Sparsity.Sparsity, 0.01, 0.99);
            if (!TrainingCases.All[name].ChoosesSparsity)
                Assert.Equal(TrainingCases.All[name].KeptCount(pruner.Layers), pruner.Sparsity.KeptCount);
        });
        Assert.InRange(end, 0, start * 0.8);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_twice_from_one_seed_gives_the_same_bits(string name, string kind)
    {
        var first = Weights();
        Assert.NotEmpty(first);
        Assert.Equal(first, Weights());

        byte[] Weights()
        {
            byte[] bytes = [];
            Train(name, kind, (_, pruner, task) => bytes = pruner.StepCount < StepCount ? [] : [.. task.Model.parameters().SelectMany(p => p.bytes.ToArray())]);
            return bytes;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Finish_leaves_no_negative_zero_and_keeps_the_masks(string name, string kind) => Train(name, kind, (_, pruner, _) =>
    {
        if (pruner.StepCount < StepCount)
            return;
        var masks = pruner.Layers.Select(l => Values.Of(l.Mask)).ToList();
        var report = pruner.finish();
        Assert.Equal(masks, pruner.Layers.Select(l => Values.Of(l.Mask)));
        Assert.Equal(masks.Sum(mask => (long)mask.Sum()), report.KeptCount);
        Assert.All(pruner.Layers.Zip(masks), pair =>
            Assert.All(Values.Of(pair.First.Weight).Zip(pair.Second), w => Assert.True(w.Second == 1 || BitConverter.DoubleToInt64Bits(w.First) == 0)));
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_leave_no_tensors_behind(string name, string kind)
    {
        var live = new List<long>();
        Train(name, kind, (_, pruner, _) =>
        {
            if (pruner.StepCount >= 20)
                live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        });
        Assert.Equal(StepCount - 20 + 1, live.Count);
        // Where a method resets the optimizer, its tensors are made anew by its next step.
        Assert.All(live, count => Assert.InRange(count, 0, live[0]));
        Assert.Equal(live[0], live[^1]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Creation_and_disposal_leave_no_tensors_behind(string name, string kind)
    {
        using var task = new TrainingTask();
        using var optimizer = task.Optimizer(kind);
        var method = TrainingCases.All[name].Method(task);
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        new Pruner(task.Model, TrainingCases.All[name].Plan, optimizer, method).Dispose();
        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    // Calls the check before the first step and after every one.
    private static void Train(string name, string kind, Action<TrainingMethod, Pruner, TrainingTask> check)
    {
        using var task = new TrainingTask();
        using var optimizer = task.Optimizer(kind);
        var method = TrainingCases.All[name].Method(task);
        using var pruner = new Pruner(task.Model, TrainingCases.All[name].Plan, optimizer, method);
        check(method, pruner, task);
        for (int step = 0; step < StepCount; step++)
        {
            task.Step(optimizer, pruner);
            check(method, pruner, task);
        }
    }
}
