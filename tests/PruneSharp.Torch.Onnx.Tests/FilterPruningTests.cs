using PruneSharp.OnnxRuntime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

public sealed class FilterPruningTests
{
    private const int Steps = 6;

    private static readonly OnnxInput[] Inputs = [new("input", [1, 3, 12, 12])];

    private static Plan Plan(double macs, Allocation? allocation = null) =>
        new() { Structure = Structure.Channel(0), Allocation = allocation ?? Allocation.Global, Schedule = Schedule.Linear(macs, 0, Steps - 1) with { Frequency = 2 } };

    [Fact]
    public void What_was_pruned_in_training_can_be_removed_and_nothing_changes()
    {
        using var folder = new TempFolder();
        using var model = Network();
        string masked = folder.File("masked.onnx"), small = folder.File("small.onnx");

        Train(model, Plan(0.5), new FilterPruning(Inputs) { Align = 1 });
        OnnxExport.Write(model, masked, Inputs);
        var report = ModelShrinker.Shrink(masked, small, new ShrinkTarget.Dead(Align: 1));

        Assert.InRange((double)report.MacsAfter / report.MacsBefore, 0.3, 0.5);
        Assert.True(Verifier.Compare(masked, small, new VerifyOptions { Tolerance = 1e-5 }).Pass);
    }

    [Fact]
    public void Filters_that_an_addition_ties_go_together()
    {
        using var model = Network();

        Train(model, Plan(0.6), new FilterPruning(Inputs) { Align = 1 });

        var parameters = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        Assert.Equal(DeadFilters(parameters["first.weight"]), DeadFilters(parameters["block.conv.weight"]));
        Assert.NotEmpty(DeadFilters(parameters["first.weight"]));
    }

    [Fact]
    public void Local_allocation_takes_the_same_fraction_of_each_family()
    {
        using var model = Network();

        Train(model, Plan(0.6, Allocation.Local), new FilterPruning(Inputs) { Align = 1 });

        var parameters = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        int[] dead = [.. new[] { "first.weight", "second.weight" }.Select(name => DeadFilters(parameters[name]).Length)];
        Assert.InRange(dead[0], 3, 13);
        Assert.Equal(dead[0], dead[1]);
    }

    [Fact]
    public void Kept_filters_are_multiples_of_the_alignment()
    {
        using var model = Network();

        Train(model, Plan(0.4), new FilterPruning(Inputs) { Align = 4, Measure = ShrinkMeasure.Parameters });

        foreach (var (name, parameter) in model.named_parameters().Where(p => p.parameter.dim() == 4))
            Assert.True(DeadFilters(parameter).Length % 4 == 0, name);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void A_run_that_is_resumed_gives_the_bits_of_one_that_never_stopped(ScalarType type)
    {
        using var folder = new TempFolder();
        using Sequential whole = Network(), resumed = Network();
        string file = folder.File("run");
        _ = (whole.to(type), resumed.to(type));

        Train(whole, Plan(0.5), new FilterPruning(Inputs) { Align = 1 }, pruner => { if (pruner.StepCount == 3) pruner.save(file); });
        Train(resumed, Plan(0.5), new FilterPruning(Inputs) { Align = 1 }, pruner => { if (pruner.StepCount == 1) pruner.load(file); });

        Assert.True(whole.training);
        Assert.NotEmpty(DeadFilters(whole.parameters().First()));
        Assert.All(whole.state_dict(), s => Assert.Equal(s.Value.bytes.ToArray(), resumed.state_dict()[s.Key].bytes.ToArray()));
    }

    [Theory]
    [InlineData("structure is unstructured", null, "global", 0.5)]
    [InlineData("allocation is lamp", "channel", "lamp", 0.5)]
    public void Plans_for_something_else_are_refused(string problem, string? structure, string allocation, double amount)
    {
        using var model = Network();
        var plan = new Plan { Structure = StructureText.Parse(structure ?? "unstructured"), Allocation = allocation == "lamp" ? Allocation.Lamp : Allocation.Global, Amount = amount };

        var error = Assert.Throws<InvalidPlanException>(() => new Pruner(model, plan, null, new FilterPruning(Inputs)));

        Assert.Contains(problem, error.Message);
    }

    [Fact]
    public void Readers_that_the_targets_leave_out_are_named()
    {
        using var model = Network();
        var plan = new Plan { Structure = Structure.Channel(0), Amount = 0.5, Targets = new() { Only = ["first.weight"] } };

        var error = Assert.Throws<ArgumentException>(() => new Pruner(model, plan, null, new FilterPruning(Inputs) { Align = 1 }));

        Assert.Contains("block.conv.weight", error.Message);
    }

    [Fact]
    public void What_cannot_go_is_said_before_the_training()
    {
        using var model = Network();

        var error = Assert.Throws<ArgumentException>(() => new Pruner(model, Plan(0.9), null, new FilterPruning(Inputs) { Align = 8 }));

        Assert.Contains("cannot go: at most", error.Message);
    }

    private static void Train(nn.Module<Tensor, Tensor> model, Plan plan, FilterPruning method, Action<Pruner>? afterStep = null)
    {
        random.manual_seed(1);
        using var optimizer = optim.SGD(model.parameters(), 0.05, momentum: 0.9);
        using var pruner = new Pruner(model, plan, optimizer, method);
        while (pruner.StepCount < Steps)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            nn.functional.cross_entropy(model.call(rand(8, 3, 12, 12).to(model.parameters().First().dtype)), randint(0, 5, [8], int64)).backward();
            optimizer.step();
            pruner.step();
            afterStep?.Invoke(pruner);
        }

        pruner.finish();
    }

    private static long[] DeadFilters(Tensor weight)
    {
        using var scope = NewDisposeScope();
        return weight.abs().flatten(1).sum(1).eq(0).nonzero().flatten().data<long>().ToArray();
    }

    private static Sequential Network()
    {
        random.manual_seed(0);
        return nn.Sequential(
            ("first", nn.Conv2d(3, 16, 3)), ("relu", nn.ReLU()),
            ("block", new ResidualBlock(16)),
            ("second", nn.Conv2d(16, 16, 3)), ("relu2", nn.ReLU()),
            ("pool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("last", nn.Linear(16, 5)));
    }
}
