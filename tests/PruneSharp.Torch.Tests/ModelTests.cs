using TorchSharp.Modules;
using static PruneSharp.Torch.prune;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>Whole models.</summary>
public sealed class ModelTests
{
    [Fact]
    public void Layers_are_chosen_by_type_and_by_name()
    {
        var model = Create();
        prune.model(model, () => new L1Unstructured(0.5), types: [typeof(Conv2d)]);
        Assert.Equal(["conv.weight"], sparsity(model).Where(s => s.IsPruned).Select(s => s.Name));
        prune.model(model, () => new LnStructured(1, 2, 0), new Targets { Only = ["fc*"], Skip = ["fc2"] });
        Assert.Equal(["conv.weight", "fc1.weight"], sparsity(model).Where(s => s.IsPruned).Select(s => s.Name));
        remove_all(model);
        Assert.False(is_pruned(model));
        Assert.Equal(0.5, sparsity(model).Single(s => s.Name == "conv.weight").Sparsity);
    }

    [Fact]
    public void A_pattern_that_matches_nothing_is_named_and_nothing_changes()
    {
        var model = Create();
        var error = Assert.Throws<ArgumentException>(() => prune.model(model, () => new L1Unstructured(0.5), new Targets { Only = ["fc1", "cnov"] }));
        Assert.Contains("'cnov'", error.Message);
        Assert.Contains("conv.weight", error.Message);
        Assert.Throws<ArgumentException>(() => prune.model(model, () => new L1Unstructured(0.5), types: [typeof(LSTM)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => prune.model(model, () => new L1Unstructured(100)));
        Assert.False(is_pruned(model));
    }

    [Theory]
    [InlineData("global")]
    [InlineData("local")]
    public void A_plan_says_the_sparsity_and_a_second_time_changes_nothing(string allocation)
    {
        var model = Create();
        var plan = new Plan { Amount = 0.75, Allocation = allocation == "global" ? Allocation.Global : Allocation.Local };
        var after = prune.model(model, plan);
        long all = after.Where(s => s.IsPruned).Sum(s => s.Count), zeros = after.Where(s => s.IsPruned).Sum(s => s.ZeroCount);
        Assert.InRange((double)zeros / all, 0.745, 0.755);
        Assert.Equal(after.Select(s => s.ZeroCount), prune.model(model, plan).Select(s => s.ZeroCount));
        prune.model(model, plan with { Amount = 0.9 });
        Assert.InRange(sparsity(model).Where(s => s.IsPruned).Sum(s => s.ZeroCount) / (double)all, 0.895, 0.905);
        Assert.Equal([2, 10], model.call(randn(2, 1, 8, 8)).shape);
    }

    [Fact]
    public void A_plan_with_problems_is_refused() =>
        Assert.Throws<InvalidPlanException>(() => prune.model(Create(), new Plan()));

    [Fact]
    public void Summary_shows_shapes_parameters_and_multiplications()
    {
        var model = Create();
        l1_unstructured(model.named_children().First().module, "weight", 0.5);
        model.train();
        var summary = prune.summary(model, 2, 1, 8, 8);
        var conv = summary.Layers.Single(l => l.Name == "conv");
        Assert.Equal([2, 4, 6, 6], conv.OutputShape!);
        Assert.Equal(2 * 4 * 6 * 6 * 9, conv.Macs);
        Assert.Equal(conv.Macs / 2, conv.KeptMacs);
        Assert.Equal((40, 22), (conv.ParameterCount, conv.KeptCount));
        Assert.Equal(model.parameters().Sum(p => p.numel()), summary.ParameterCount);

        // 18 pruned, and the 4 biases of the norm start at 0.
        Assert.Equal(summary.ParameterCount - 18 - 4, summary.KeptCount);
        Assert.Contains("[2, 4, 6, 6]", summary.ToString());
        Assert.True(model.training);
        Assert.Null(prune.summary(model).Layers[0].OutputShape);
    }

    [Fact]
    public void Summary_counts_shared_weights_once()
    {
        var (a, b) = (nn.Linear(4, 4, hasBias: false), nn.Linear(4, 4, hasBias: false));
        b.weight = a.weight;
        Assert.Equal(16, prune.summary(new Parts(a, b), 1, 4).ParameterCount);
    }

    private static Sequential Create() => nn.Sequential(
        ("conv", nn.Conv2d(1, 4, 3)), ("norm", nn.BatchNorm2d(4)), ("relu", nn.ReLU()), ("flat", nn.Flatten()), ("fc1", nn.Linear(144, 16)), ("fc2", nn.Linear(16, 10)));
}
