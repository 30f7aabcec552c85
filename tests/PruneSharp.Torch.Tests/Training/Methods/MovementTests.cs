using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>Scores that follow the way a weight takes.</summary>
public sealed class MovementTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(0.1)]
    public void Steps_follow_the_movement_written_out(double? learningRate)
    {
        using var model = Values.Holding(new float[,] { { 1, -2 }, { 3, 4 } });
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var pruner = new Pruner(model, new Plan { Amount = 2 }, optimizer, new Movement { LearningRate = learningRate });
        var layer = pruner.Layers.Single();
        Values.Equal(new float[,] { { 1, 1 }, { 1, 1 } }, layer.Mask);

        // S = -0.1 · g · W, the two best stay; W - 0.1 g is kept aside.
        Step(new float[,] { { 1, -1 }, { 2, -1 } });
        AssertNear([-0.1, -0.2, -0.6, 0.4], layer.State["movement.scores"]);
        AssertNear([0.9, 0, 0, 4.1], model.weight);
        AssertNear([0.9, -1.9, 2.8, 4.1], layer.Dense!);

        // S falls by 0.1 · (4.5, -1.9, -8.4, 2.05): the third weight returns with the value it had, in place of the first.
        Step(new float[,] { { 5, 1 }, { -3, 0.5f } });
        AssertNear([-0.55, -0.01, 0.24, 0.195], layer.State["movement.scores"]);
        AssertNear([0, 0, 2.8, 4.05], model.weight);
        AssertNear([0.4, -1.9, 2.8, 4.05], layer.Dense!);

        void Step(float[,] gradient)
        {
            using var input = tensor(gradient);
            optimizer.zero_grad();
            model.call(input).sum().backward();
            optimizer.step();
            pruner.step();
        }
    }

    [Fact]
    public void What_scores_cannot_come_from_is_refused()
    {
        using var model = Values.Holding(new float[,] { { 1, 2 } });
        Assert.Contains("LearningRate", Assert.Throws<ArgumentException>(() => new Pruner(model, new Plan { Amount = 1 }, method: new Movement())).Message);
        Assert.Contains("greater than 0", Assert.Single(new Movement { LearningRate = 0 }.Problems(new() { Amount = 1 })));
        Assert.Contains("lamp", Assert.Single(new Movement().Problems(new() { Amount = 1, Allocation = Allocation.Lamp })));
        using var pruner = new Pruner(model, new Plan { Amount = 1 }, method: new Movement { LearningRate = 1 });
        Assert.Contains("before zero_grad()", Assert.Throws<InvalidOperationException>(pruner.step).Message);
    }

    private static void AssertNear(double[] expected, Tensor actual) =>
        Assert.All(expected.Zip(Values.Of(actual)), pair => Assert.Equal(pair.First, pair.Second, 5));
}
