using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>The lasso's proximal steps: closed forms, and that they are minima.</summary>
public sealed class LassoTests
{
    private static readonly float[,] _weights = { { 0.5f, -0.1f, 3, -4 }, { 0.05f, 0.1f, -0.1f, 0.05f }, { 1, 1, -1, 1 }, { 0, 0, 0, 0 } };

    [Fact]
    public void Single_weights_move_towards_zero_by_rate_times_strength()
    {
        using var loop = new GradientLoop(_weights, new Plan { Amount = 0.0 }, new Lasso { Strength = 0.5, StopStep = 1 }, rate: 0.5);
        loop.Step(zeros(4, 4));
        Values.Equal(new float[,] { { 0.25f, 0, 2.75f, -3.75f }, { 0, 0, 0, 0 }, { 0.75f, 0.75f, -0.75f, 0.75f }, { 0, 0, 0, 0 } }, loop.Weight);
        loop.Step(zeros(4, 4));
        Assert.Equal(0.25, Values.Of(loop.Weight)[0]);
    }

    [Fact]
    public void Channels_shrink_by_their_norm()
    {
        // lr · λ · √4 = 0.5: a row of norm ‖w‖ is multiplied by 1 − 0.5/‖w‖; the second one's 0.158 is less than 0.5.
        using var loop = new GradientLoop(_weights, new Plan { Amount = 0.0, Structure = Structure.Channel() }, new Lasso { Strength = 0.5 }, rate: 0.5);
        loop.Step(zeros(4, 4));
        double first = 1 - 0.5 / Math.Sqrt(0.25 + 0.01 + 9 + 16);
        double[] expected = [.. new[] { 0.5, -0.1, 3, -4 }.Select(w => w * first), 0, 0, 0, 0, 0.75, 0.75, -0.75, 0.75, 0, 0, 0, 0];
        Assert.Equal(expected, Values.Of(loop.Weight), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData("channel:0")]
    [InlineData("channel:1")]
    [InlineData("channel:-1")]
    [InlineData("block:2x3")]
    [InlineData("unstructured")]
    public void Step_minimises_its_objective(string name)
    {
        Structure structure = name switch
        {
            "unstructured" => Structure.Unstructured,
            "block:2x3" => Structure.Block(2, 3),
            _ => Structure.Channel(int.Parse(name.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)),
        };
        manual_seed(2);
        var conv = nn.Conv2d(4, 5, 3, bias: false, dtype: float64);
        var optimizer = optim.SGD(conv.parameters(), 0.2);
        using var pruner = new Pruner(conv, new Plan { Amount = 0.0, Structure = structure }, optimizer, new Lasso { Strength = 0.4 });
        var before = conv.weight.detach().clone();
        optimizer.zero_grad();
        conv.call(zeros(1, 4, 3, 3, float64)).sum().backward();
        optimizer.step();
        pruner.step();
        var after = conv.weight.detach().clone();
        Assert.NotEqual(0, after.count_nonzero().item<long>());
        Assert.True(after.norm().item<double>() < before.norm().item<double>());

        // ½‖x − w‖² + lr·λ·Σ √|g| ‖x_g‖: convex, so nothing near the minimum is lower.
        using var units = structure == Structure.Unstructured ? null : UnitMembers.Of(pruner.Layers[0], structure);
        double least = Objective(after);
        for (int trial = 0; trial < 200; trial++)
        {
            using var scope = NewDisposeScope();
            Assert.True(Objective(after + randn(after.shape, float64) * Math.Pow(10, -(trial % 8))) >= least);
        }

        // A change of single weights, which a sum over all would drown.
        for (int i = 0; i < after.numel(); i++)
        {
            using var scope = NewDisposeScope();
            foreach (double change in new[] { 1e-5, -1e-5 })
            {
                var moved = after.clone();
                moved.view(-1)[i] += change;
                Assert.True(Objective(moved) >= least - 1e-13, $"weight {i} by {change}: {Objective(moved) - least}");
            }
        }

        double Objective(Tensor x)
        {
            var penalty = units is null ? x.abs().sum() : (units.Norms(x) * units.Sizes.sqrt()).sum();
            return ((x - before).square().sum() / 2 + 0.2 * 0.4 * penalty).item<double>();
        }
    }

    [Fact]
    public void Units_hold_each_weight_once_also_where_they_do_not_divide_evenly()
    {
        using var loop = new GradientLoop(new float[5, 7], new Plan { Amount = 0.0 }, new Lasso { Strength = 1 });
        using var units = UnitMembers.Of(loop.Pruner.Layers[0], Structure.Block(2, 3));
        Assert.Equal([6, 6, 2, 6, 6, 2, 3, 3, 1], Values.Of(units.Sizes));
        Values.Equal(new float[,] { { 0, 0, 0, 1, 1, 1, 2 }, { 0, 0, 0, 1, 1, 1, 2 }, { 3, 3, 3, 4, 4, 4, 5 }, { 3, 3, 3, 4, 4, 4, 5 }, { 6, 6, 6, 7, 7, 7, 8 } }, units.Spread(arange(9)).to(float32));
    }

    [Fact]
    public void Plan_prunes_besides()
    {
        var plan = new Plan { Schedule = Schedule.OneShot(0.5, 2), Structure = Structure.Channel() };
        using var loop = new GradientLoop(_weights, plan, new Lasso { Strength = 0.01 }, rate: 0.1);
        for (int step = 0; step < 3; step++)
            loop.Step(zeros(4, 4));
        Values.Equal(new float[,] { { 1, 1, 1, 1 }, { 0, 0, 0, 0 }, { 1, 1, 1, 1 }, { 0, 0, 0, 0 } }, loop.Mask);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Single(new Lasso { Strength = 1 }.Problems(new Plan { Structure = Structure.NOfM(2, 4) }), p => p.Contains("2:4"));
        Assert.Single(new Lasso { Strength = -1 }.Problems(new Plan { Amount = 0.5 }), p => p.Contains("-1"));
        var error = Assert.Throws<ArgumentException>(() => new Pruner(Values.Holding(_weights), new Plan { Amount = 0.5 }, null, new Lasso { Strength = 1 }));
        Assert.Contains("learning rate", error.Message);
    }
}
