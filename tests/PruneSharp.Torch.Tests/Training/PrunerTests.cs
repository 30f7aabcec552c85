using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

public sealed class PrunerTests
{
    private static readonly Plan _half = new() { Amount = 0.5 };

    private static float[,] Sixteen => new float[,]
    {
        { 1, -2, 3, -4 },
        { 5, 6, -7, 8 },
        { -9, 10, 11, 12 },
        { 13, -14, 15, 16 },
    };

    [Fact]
    public void A_plan_without_a_schedule_is_carried_out_at_once_and_held()
    {
        using var model = Values.Holding(Sixteen);
        using var optimizer = optim.SGD(model.parameters(), 1);
        using var pruner = new Pruner(model, _half, optimizer);
        float[,] expected = { { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, { -9, 10, 11, 12 }, { 13, -14, 15, 16 } };
        Values.Equal(expected, model.weight);
        Step(model, optimizer, pruner, gradient: 1);
        Values.Equal(new float[,] { { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, { -10, 9, 10, 11 }, { 12, -15, 14, 15 } }, model.weight);
        Assert.Equal((1, 1, 0.5), (pruner.StepCount, pruner.LearningRateStep, pruner.Sparsity.Sparsity));
    }

    [Fact]
    public void A_schedule_prunes_step_by_step_and_what_is_pruned_stays()
    {
        using var model = Values.Holding(Sixteen);
        using var pruner = new Pruner(model, new() { Schedule = Schedule.Linear(0.75, 1, 3) with { Frequency = 1, InitialSparsity = 0.25 } });
        Assert.Equal([0, 4, 8, 12, 12], Enumerable.Range(0, 5).Select(i =>
        {
            pruner.step();
            return Values.ZeroCount(model.weight);
        }));
        Values.Equal(new float[,] { { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, { 13, -14, 15, 16 } }, model.weight);
        Values.Equal(new float[,] { { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }, pruner.Layers[0].Mask);
    }

    [Fact]
    public void Two_of_four_keeps_two_in_each_row()
    {
        using var model = Values.Holding(Sixteen);
        using var pruner = new Pruner(model, new() { Structure = Structure.NOfM(2, 4) });
        Values.Equal(new float[,] { { 0, 0, 3, -4 }, { 0, 0, -7, 8 }, { 0, 0, 11, 12 }, { 0, 0, 15, 16 } }, model.weight);
    }

    [Fact]
    public void The_optimizer_s_state_is_zero_where_weights_are_pruned()
    {
        using var model = Values.Holding(Sixteen);
        using var optimizer = optim.Adam(model.parameters(), 0.1);
        using var pruner = new Pruner(model, new() { Schedule = Schedule.OneShot(0.5, 2) }, optimizer);
        for (int i = 0; i < 2; i++)
            Step(model, optimizer, pruner, gradient: 1);
        Assert.All(pruner.Layers[0].Optimizer!.All(), t => Assert.Equal(0, Values.ZeroCount(t)));
        Step(model, optimizer, pruner, gradient: 1);
        Assert.Equal(2, pruner.Layers[0].Optimizer!.All().Count());
        Assert.All(pruner.Layers[0].Optimizer!.All(), t => Values.Equal(pruner.Layers[0].Mask, t.ne(0)));
    }

    [Fact]
    public void A_shared_parameter_is_one_layer()
    {
        using var first = nn.Linear(4, 4);
        using var second = nn.Linear(4, 4);
        second.weight = first.weight;
        using var model = new Parts(first, second);
        using var pruner = new Pruner(model, _half);
        Assert.Equal(("0.weight", 16), Assert.Single(pruner.Layers.Select(l => (l.Name, l.Count))));
        Assert.Equal(8, Values.ZeroCount(second.weight!));
    }

    [Fact]
    public void A_pattern_that_names_no_layer_is_refused_with_near_names()
    {
        using var model = new Parts(nn.Linear(4, 4));
        Assert.Contains("0.weight", Assert.Throws<ArgumentException>(() => new Pruner(model, _half with { Targets = new() { Only = ["1.weight"] } })).Message);
    }

    [Fact]
    public void A_schedule_that_ends_before_it_begins_is_refused()
    {
        using var model = nn.Linear(4, 4);
        Assert.Contains("endStep 3 is before beginStep 5", Assert.Throws<InvalidPlanException>(() => new Pruner(model, new() { Schedule = Schedule.Cubic(0.5, 5, 3) })).Message);
    }

    [Fact]
    public void The_optimizer_of_another_model_is_refused_and_nothing_is_pruned()
    {
        using Linear model = nn.Linear(4, 4), other = nn.Linear(4, 4);
        using var optimizer = optim.SGD(other.parameters(), 1);
        Assert.Contains("does not train weight", Assert.Throws<ArgumentException>(() => new Pruner(model, _half, optimizer)).Message);
        Assert.Equal(0, Values.ZeroCount(model.weight!));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void A_gradient_that_is_not_finite_is_an_error_and_changes_nothing(float value)
    {
        using var model = Values.Holding(Sixteen);
        using var optimizer = optim.SGD(model.parameters(), 0);
        using var pruner = new Pruner(model, new() { Schedule = Schedule.OneShot(0.5, 1) }, optimizer);
        Step(model, optimizer, pruner, gradient: 1);
        using var mask = pruner.Layers[0].Mask.clone();
        var error = Assert.Throws<NonFiniteTrainingException>(() => Step(model, optimizer, pruner, value));
        Assert.Equal("weight", error.TensorName);
        Assert.Contains("at step 1", error.Message);
        Values.Equal(mask, pruner.Layers[0].Mask);
        Assert.Equal((1, 1, 0.0), (pruner.StepCount, pruner.LearningRateStep, pruner.Sparsity.Sparsity));
    }

    [Fact]
    public void A_NaN_loss_is_found_by_its_gradients()
    {
        using var model = nn.Linear(4, 2);
        using var pruner = new Pruner(model, _half);
        (model.call(ones(3, 4)).sum() * float.NaN).backward();
        Assert.Throws<NonFiniteTrainingException>(pruner.step);
        Assert.Equal(0, pruner.StepCount);
    }

    [Fact]
    public void A_parameter_that_prune_masks_is_refused_until_it_is_removed()
    {
        using var model = new Parts(prune.l1_unstructured(nn.Linear(4, 4), "weight", 0.25));
        Assert.Contains("0.weight is pruned by prune already", Assert.Throws<ArgumentException>(() => new Pruner(model, _half)).Message);
        prune.remove(model.get_submodule("0"), "weight");
        using var pruner = new Pruner(model, _half);
        Assert.Equal(0.5, pruner.Sparsity.Sparsity);
    }

    [Fact]
    public void Frozen_weights_are_pruned_too_and_stay_frozen()
    {
        using var model = Values.Holding(Sixteen);
        model.weight.requires_grad = false;
        using var pruner = new Pruner(model, _half);
        pruner.step();
        Assert.Equal((8, false), (Values.ZeroCount(model.weight), model.weight.requires_grad));
    }

    [Fact]
    public void Only_weights_of_two_dimensions_and_more_are_pruned_whatever_the_module()
    {
        using var model = new Parts(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.ConvTranspose2d(4, 2, 3), nn.Embedding(5, 4));
        using var pruner = new Pruner(model, new() { Allocation = Allocation.Local, Amount = 0.5 });
        Assert.Equal([("0.weight", 36), ("2.weight", 36), ("3.weight", 10)], pruner.Layers.Select(l => (l.Name, Values.ZeroCount(l.Weight))));
        Assert.Equal([1, 1, 1, 1], Values.Of(model.get_submodule("1").get_parameter("weight")!));
    }

    [Fact]
    public void Channels_of_a_transposed_convolution_are_along_its_second_axis()
    {
        using var convolution = nn.ConvTranspose2d(2, 4, 1);
        using (no_grad())
            convolution.weight!.copy_(tensor(new float[] { 1, 4, 2, 3, 1, 4, 2, 3 }).view(2, 4, 1, 1));
        using var pruner = new Pruner(convolution, new() { Structure = Structure.Channel(), Amount = 0.5 });
        Assert.Equal([0, 4, 0, 3, 0, 4, 0, 3], Values.Of(convolution.weight!));
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void Other_types_are_pruned_as_they_are(ScalarType type)
    {
        using var model = new Weighted(tensor(Sixteen).to(type));
        using var optimizer = optim.SGD(model.parameters(), 0.5, momentum: 0.9);
        using var pruner = new Pruner(model, _half, optimizer);
        Step(model, optimizer, pruner, gradient: 2);
        Assert.Equal((type, type), (pruner.Layers[0].Weight.dtype, pruner.Layers[0].Mask.dtype));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, -10, 9, 10, 11, 12, -15, 14, 15], Values.Of(pruner.Layers[0].Weight));
    }

    [Fact]
    public void Updated_is_raised_after_steps_that_decided_masks()
    {
        using var model = Values.Holding(Sixteen);
        using var pruner = new Pruner(model, new() { Schedule = Schedule.Linear(0.5, 0, 4) with { Frequency = 2 } });
        var reports = new List<(long, double)>();
        pruner.Updated += report => reports.Add((report.Step, report.Sparsity));
        for (int i = 0; i < 8; i++)
            pruner.step();
        Assert.Equal([(1, 0), (3, 0.25), (5, 0.5)], reports);
    }

    [Fact]
    public void Finish_leaves_zeros_without_a_sign_and_may_be_called_twice()
    {
        using var model = Values.Holding(Sixteen);
        using var pruner = new Pruner(model, _half);
        var first = pruner.finish();
        Assert.Equal((0.5, 0, 16), (first.Sparsity, first.Step, first.Count));
        Assert.Equal(first.Layers, pruner.finish().Layers);
        Assert.All(model.weight.bytes.ToArray().Take(32), b => Assert.Equal(0, b));
    }

    [Fact]
    public void A_step_after_the_end_is_an_error()
    {
        using var model = Values.Holding(Sixteen);
        using var pruner = new Pruner(model, _half);
        pruner.finish();
        Assert.Contains("create another one", Assert.Throws<InvalidOperationException>(pruner.step).Message);
        Assert.Equal(8, Values.ZeroCount(model.weight));
    }

    [Fact]
    public void Dispose_frees_the_masks_and_leaves_the_model()
    {
        using var model = Values.Holding(Sixteen);
        var pruner = new Pruner(model, _half);
        pruner.Dispose();
        pruner.Dispose();
        Assert.True(pruner.Layers[0].Mask.IsInvalid);
        Assert.Equal(8, Values.ZeroCount(model.weight));
    }

    [Fact]
    public void A_dispose_scope_around_the_pruner_leaves_its_masks()
    {
        using var model = Values.Holding(Sixteen);
        Pruner pruner;
        using (NewDisposeScope())
            pruner = new(model, _half);
        pruner.step();
        Assert.Equal(0.5, pruner.Sparsity.Sparsity);
        pruner.Dispose();
    }

    private static void Step(Weighted model, optim.Optimizer optimizer, Pruner pruner, float gradient)
    {
        using var scope = NewDisposeScope();
        model.zero_grad();
        (model.weight.sum() * gradient).backward();
        optimizer.step();
        pruner.step();
    }
}
