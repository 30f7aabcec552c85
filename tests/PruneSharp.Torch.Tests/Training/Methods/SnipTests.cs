using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>Connection sensitivity against gates on the weights.</summary>
public sealed class SnipTests
{
    [Fact]
    public void Begin_keeps_the_connections_with_the_largest_product_of_weight_and_gradient()
    {
        using var model = Values.Holding(new float[,] { { 1, -2 }, { 3, 0.5f } });
        using var input = tensor(new float[,] { { 1, 2 }, { -1, 2 } });
        var method = new Snip { Loss = () => model.call(input).sum() };
        Values.Equal(new float[,] { { 1 / 9f, 4 / 9f }, { 3 / 9f, 1 / 9f } }, Scores(method, model).Single().to(float32));
        using var pruner = new Pruner(model, new Plan { Amount = 2 }, method: method);
        Values.Equal(new float[,] { { 0, -2 }, { 3, 0 } }, model.weight);
    }

    [Fact]
    public void Scores_sum_to_one_and_equal_the_numeric_gradients_of_gates()
    {
        using var model = new TinyNet();
        var scores = Scores(new() { Loss = model.Loss }, model).SelectMany(Values.Of).ToArray();
        var gates = model.Weights.SelectMany(w => Enumerable.Range(0, (int)w.numel()).Select(i => Math.Abs(model.Slope(w, i, () => model.Loss().item<double>())))).ToArray();
        Assert.Equal(1, scores.Sum(), 12);
        Assert.All(scores.Zip(gates), pair => Assert.Equal(pair.Second / gates.Sum(), pair.First, 8));
    }

    [Fact]
    public void Begin_leaves_gradients_as_they_were()
    {
        using var model = Values.Holding(new float[,] { { 1, -2 }, { 3, 0.5f } });
        using var pruner = new Pruner(model, new Plan { Amount = 1 }, method: new Snip { Loss = () => model.weight.square().sum() });
        Assert.Null(model.weight.grad);
        model.weight.sum().backward();
        using var again = new Pruner(model, new Plan { Amount = 1 }, method: new Snip { Loss = () => model.weight.square().sum() });
        Values.Equal(new float[,] { { 1, 1 }, { 1, 1 } }, model.weight.grad!);
    }

    [Fact]
    public void Pruner_with_a_schedule_or_a_useless_loss_is_refused()
    {
        using var model = Values.Holding(new float[,] { { 1, 2 } });
        Assert.Contains("before the first step", Assert.Throws<InvalidPlanException>(() => Create(new Plan { Schedule = Schedule.OneShot(0.5) }, () => model.weight.sum())).Message);
        Assert.Contains("one number", Assert.Throws<InvalidOperationException>(() => Create(new Plan { Amount = 1 }, () => model.weight * 1)).Message);
        Assert.Contains("does not depend on weight", Assert.Throws<InvalidOperationException>(() => Create(new Plan { Amount = 1 }, () => ones(1))).Message);
        using var other = new TorchSharp.Modules.Parameter(ones(1));
        Assert.Contains("does not depend on weight", Assert.Throws<InvalidOperationException>(() => Create(new Plan { Amount = 1 }, () => other * 2)).Message);
        Assert.Contains("is 0 for every weight", Assert.Throws<InvalidOperationException>(() => Create(new Plan { Amount = 1 }, () => (model.weight * 0).sum())).Message);

        Pruner Create(Plan plan, Func<Tensor> loss) => new(model, plan, method: new Snip { Loss = loss });
    }

    private static IReadOnlyList<Tensor> Scores(Snip method, nn.Module model)
    {
        using var guard = no_grad();
        return method.Scores(SparseLayers.Of(model, new(), null));
    }
}
