using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>Gradient flow against finite differences of it.</summary>
public sealed class GraspTests
{
    // L = ½ Σ a w²: g = a w and H = diag(a), so w · (Hg) = a² w², which is 9, 4, 9 and 1.
    [Fact]
    public void Begin_keeps_the_weights_that_carry_gradient_flow()
    {
        using var model = Values.Holding(new float[,] { { 1, 2 }, { 3, 1 } });
        using var a = tensor(new float[,] { { 3, 1 }, { 1, -1 } });
        var method = new Grasp { Loss = () => (model.weight.square() * a).sum() / 2 };
        using var pruner = new Pruner(model, new Plan { Amount = 2 }, method: method);
        Values.Equal(new float[,] { { 1, 0 }, { 3, 0 } }, model.weight);
        Assert.Null(model.weight.grad);
    }

    [Fact]
    public void Scores_are_the_first_order_loss_of_gradient_flow_when_a_weight_goes()
    {
        using var model = new TinyNet();
        using var guard = no_grad();
        var layers = SparseLayers.Of(model, new(), null);
        double[] scores = [.. new Grasp { Loss = model.Loss }.Scores(layers).SelectMany(Values.Of)];

        // Removing w moves its gate from 1 to 0, so the change of ‖g‖² is minus the slope, and what is lost is the slope.
        double[] lost = [.. model.Weights.SelectMany(w => Enumerable.Range(0, (int)w.numel()).Select(i => model.Slope(w, i, Flow)))];
        double total = lost.Sum(Math.Abs);
        Assert.Contains(scores, s => s < 0);
        Assert.Contains(scores, s => s > 0);
        Assert.Equal(1, scores.Sum(Math.Abs), 12);
        Assert.All(scores.Zip(lost), pair => Assert.Equal(pair.Second / total, pair.First, 7));

        double Flow() => Gradients.Of(model.Loss, layers).Sum(g => g.square().sum().item<double>());
    }

    [Fact]
    public void Plans_that_square_scores_are_refused()
    {
        var method = new Grasp { Loss = () => ones(1) };
        Assert.Contains("lamp", Assert.Single(method.Problems(new() { Amount = 0.5, Allocation = Allocation.Lamp })));
        Assert.Contains("use norm 1", Assert.Single(method.Problems(new() { Amount = 0.5, Structure = Structure.Channel(0, 2) })));
        Assert.Contains("before the first step", Assert.Single(method.Problems(new() { Schedule = Schedule.OneShot(0.5) })));
        Assert.Empty(method.Problems(new() { Amount = 0.5, Structure = Structure.Channel() }));
    }
}
