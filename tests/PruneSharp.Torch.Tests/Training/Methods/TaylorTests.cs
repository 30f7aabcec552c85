using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>The first-order change of the loss, by weight and by filter.</summary>
public sealed class TaylorTests
{
    private static readonly float[,] _weights = { { 1, -2, 0.5f }, { 3, 4, -1 } };

    [Fact]
    public void Importance_is_the_squared_first_order_change_of_a_quadratic_loss()
    {
        using var model = new TinyNet();
        using var optimizer = optim.SGD(model.parameters(), 0.3, momentum: 0.9);
        using var pruner = new Pruner(model, new Plan { Schedule = Schedule.OneShot(0.5, 9) }, optimizer, new Taylor());
        var expected = new double[20];
        for (int step = 0; step < 3; step++)
        {
            var slopes = model.Weights.SelectMany(w => Enumerable.Range(0, (int)w.numel()).Select(i => model.Slope(w, i, () => model.Loss().item<double>()))).ToArray();
            expected = [.. expected.Zip(slopes, (sum, slope) => sum + slope * slope)];
            optimizer.zero_grad();
            model.Loss().backward();
            optimizer.step();
            pruner.step();
            Assert.All(expected.Zip(pruner.Layers.SelectMany(l => Values.Of(l.State["taylor.importance"]))), pair => Assert.Equal(pair.First, pair.Second, 6));
        }
    }

    // g · w is 2, -2, 1.5 and 3, 1, -5: by filter (1.5)² and (-1)², although the second has the larger weights and products.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(double.PositiveInfinity)]
    public void Filters_are_ranked_by_the_square_of_their_sum_whatever_the_norm(double norm)
    {
        using var model = Values.Holding(_weights);
        using var gradient = tensor(new float[,] { { 2, 1, 3 }, { 1, 0.25f, 5 } });
        Train(model, gradient, new() { Structure = Structure.Channel(0, norm), Allocation = Allocation.Local, Schedule = Schedule.OneShot(0.5, 1) }, layer =>
            AssertNear([0.75, 0.75, 0.75, 1 / 3.0, 1 / 3.0, 1 / 3.0], layer.State["taylor.importance"]));
        Values.Equal(new float[,] { { 1, -2, 0.5f }, { 0, 0, 0 } }, model.weight);
    }

    // By column: 5, -1 and -3.5.
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Input_channels_are_ranked_by_the_square_of_their_sum(int axis)
    {
        using var model = Values.Holding(_weights);
        using var gradient = tensor(new float[,] { { 2, 1, 3 }, { 1, 0.25f, 5 } });
        Train(model, gradient, new() { Structure = Structure.Channel(axis), Schedule = Schedule.OneShot(1 / 3.0, 1) }, layer =>
            AssertNear([12.5, 0.5, 12.25 / 2, 12.5, 0.5, 12.25 / 2], layer.State["taylor.importance"]));
        Values.Equal(new float[,] { { 1, 0, 0.5f }, { 3, 0, -1 } }, model.weight);
    }

    [Fact]
    public void Outputs_of_a_transposed_convolution_in_groups_are_ranked_by_their_own_sum()
    {
        using var model = nn.ConvTranspose2d(4, 6, 2, groups: 2, bias: false);
        using var pruner = new Pruner(model, new Plan { Structure = Structure.Channel(), Schedule = Schedule.OneShot(0.5, 9) }, method: new Taylor());
        (model.weight * arange(48, dtype: float32).view(4, 3, 2, 2)).sum().backward();
        pruner.step();
        double[] w = Values.Of(model.weight), importance = Values.Of(pruner.Layers.Single().State["taylor.importance"]);
        for (int output = 0; output < 6; output++)
        {
            // Stored as [in, out / groups, 2, 2]: group g reads inputs 2g and 2g + 1.
            int[] cells = [.. from input in Enumerable.Range(output / 3 * 2, 2) from k in Enumerable.Range(0, 4) select (input * 3 + output % 3) * 4 + k];
            double sum = cells.Sum(cell => w[cell] * cell);
            Assert.All(cells, cell => Assert.Equal(sum * sum / 8, importance[cell], 1e-4 * (1 + sum * sum)));
        }
    }

    [Fact]
    public void Update_begins_anew_and_lets_nothing_return()
    {
        using var task = new TrainingTask();
        using var optimizer = task.Optimizer("sgd");
        using var pruner = new Pruner(task.Model, new Plan { Schedule = Schedule.Linear(0.7, 0, 30) with { Frequency = 3 } }, optimizer, new Taylor());
        using var pruned = zeros(32, 32, ScalarType.Bool);
        for (int step = 0; step <= 30; step++)
        {
            task.Step(optimizer, pruner);
            using var now = pruner.Layers[1].Mask.eq(0);
            Assert.True(now.logical_or(pruned.logical_not()).all().item<bool>());
            pruned.copy_(now);
            Assert.Equal(step % 3 == 0, pruner.Layers.All(l => Values.ZeroCount(l.State["taylor.importance"]) == l.Count));
        }
    }

    [Fact]
    public void Plan_without_a_schedule_is_refused() =>
        Assert.Contains("schedule", Assert.Single(new Taylor().Problems(new() { Amount = 0.5 })));

    // One step that observes, one that prunes; the weights stay as they are.
    private static void Train(Weighted model, Tensor gradient, Plan plan, Action<SparseLayer> check)
    {
        using var pruner = new Pruner(model, plan, method: new Taylor());
        model.call(gradient).sum().backward();
        pruner.step();
        check(pruner.Layers.Single());
        pruner.step();
    }

    private static void AssertNear(double[] expected, Tensor actual) =>
        Assert.All(expected.Zip(Values.Of(actual)), pair => Assert.Equal(pair.First, pair.Second, 5));
}
