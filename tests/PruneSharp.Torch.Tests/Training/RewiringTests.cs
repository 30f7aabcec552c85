using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>RigL and SET: hand-computed updates, and that every layer keeps its count.</summary>
public sealed class RewiringTests
{
    private static readonly Plan _half = new() { Amount = 0.5 };

    [Fact]
    public void RigL_drops_the_smallest_and_grows_where_the_gradient_is_steepest()
    {
        // f(1) = 0.5/2 (1 + cos π/4) = 0.4268 of 8 kept weights: 3 are dropped.
        using var loop = new GradientLoop(new float[4, 4], _half, new RigL { EndStep = 4, Interval = 1, DropFraction = 0.5, Seed = 3 }, rate: 0);
        bool[] kept = [.. Values.Of(loop.Mask).Select(m => m != 0)];
        int[] inside = [.. Enumerable.Range(0, 16).Where(i => kept[i])], outside = [.. Enumerable.Range(0, 16).Where(i => !kept[i])];
        Assert.Equal(8, inside.Length);
        var values = new float[16];
        for (int i = 0; i < 8; i++)
            values[inside[i]] = (i % 2 == 0 ? 1 : -1) * (8 - i);
        loop.Pruner.Layers[0].SetWeights(tensor(values, 4, 4));

        // The smallest are 3, 2 and 1, the last three. Steep places: two outside, and the smallest weight itself, which therefore stays.
        var gradient = new float[16];
        Array.Fill(gradient, 0.1f);
        (gradient[outside[5]], gradient[outside[1]], gradient[inside[7]]) = (-9, 8, 7);
        gradient[inside[0]] = 100;
        loop.Step(zeros(4, 4));
        Assert.Equal(kept, Values.Of(loop.Mask).Select(m => m != 0));
        loop.Step(tensor(gradient, 4, 4));

        int[] expected = [.. inside[..5], inside[7], outside[5], outside[1]];
        Assert.Equal(expected.Order(), Enumerable.Range(0, 16).Where(i => Values.Of(loop.Mask)[i] != 0));
        var after = Values.Of(loop.Weight);
        Assert.Equal(-1, after[inside[7]]);
        Assert.Equal(new[] { 0.0, 0, 0, 0 }, new[] { inside[5], inside[6], outside[5], outside[1] }.Select(i => after[i]));
    }

    [Fact]
    public void What_grows_starts_from_zero_without_momentum()
    {
        using var loop = new GradientLoop(Random(8), _half, new RigL { EndStep = 100, Interval = 1, DropFraction = 1 }, rate: 0.5, momentum: 0.9);
        int grown = 0;
        for (int step = 0; step < 20; step++)
        {
            bool[] before = [.. Values.Of(loop.Mask).Select(m => m != 0)];
            loop.Step(randn(8, 8));
            var (after, weight, momentum) = (Values.Of(loop.Mask), Values.Of(loop.Weight), Values.Of(loop.Pruner.Layers[0].Optimizer!.All().Single()));
            for (int i = 0; i < after.Length; i++)
            {
                grown += !before[i] && after[i] != 0 ? 1 : 0;
                if (!before[i] || after[i] == 0)
                    Assert.Equal((0.0, 0.0), (Math.Abs(weight[i]), Math.Abs(momentum[i])));
            }
        }

        Assert.True(grown > 20, $"{grown} grew");
    }

    [Theory]
    [InlineData("rigl")]
    [InlineData("set")]
    public void Every_layer_keeps_its_count_at_every_step(string name)
    {
        manual_seed(1);
        var model = nn.Sequential(("a", nn.Linear(20, 30)), ("relu", nn.ReLU()), ("b", nn.Linear(30, 5)));
        var optimizer = optim.Adam(model.parameters(), 0.01);
        var plan = new Plan { Amount = 0.8, Allocation = Allocation.Erk };
        Rewiring method = name == "rigl" ? new RigL { EndStep = 30, Interval = 3 } : new Set { EndStep = 30, Interval = 3 };
        using var pruner = new Pruner(model, plan, optimizer, method);
        long[] counts = [.. pruner.Layers.Select(l => l.KeptCount)];
        Assert.Equal(600 + 150 - 600, counts.Sum());
        var (input, updates) = (randn(16, 20), 0);
        pruner.Updated += _ => updates++;
        for (int step = 0; step < 40; step++)
        {
            optimizer.zero_grad();
            model.call(input).square().mean().backward();
            optimizer.step();
            pruner.step();
            Assert.Equal(counts, pruner.Layers.Select(l => l.Mask.sum().to(int64).item<long>()));
            Assert.Equal(counts, pruner.Layers.Select(l => l.KeptCount));
        }

        // At steps 3, 6, … 27.
        Assert.Equal(9, updates);
    }

    [Fact]
    public void Set_grows_by_its_seed_alone()
    {
        float[,] weights = Random(8);
        double[] first = Run(1);
        Assert.Equal(first, Run(1));
        Assert.NotEqual(first, Run(2));

        double[] Run(ulong seed)
        {
            using var loop = new GradientLoop(weights, _half, new Set { EndStep = 100, Interval = 2, Seed = seed });
            for (int step = 0; step < 7; step++)
                loop.Step(ones(8, 8));
            return Values.Of(loop.Mask);
        }
    }

    [Fact]
    public void Fraction_fades_out_along_a_cosine()
    {
        var method = new Set { EndStep = 400 };
        Assert.Equal([0, 0, 0.3 / 2 * (1 + Math.Sqrt(0.5)), 0.15, 0], new long[] { 0, 99, 100, 200, 400 }.Select(method.DroppedFraction), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Plans_that_do_not_fit_are_refused()
    {
        var method = new RigL { EndStep = 10 };
        Assert.Empty(method.Problems(_half));
        Assert.Single(method.Problems(new Plan { Schedule = Schedule.Cubic(0.5, 0, 10) }), p => p.Contains("polynomial"));
        Assert.Single(method.Problems(_half with { Structure = Structure.Channel() }), p => p.Contains("channel"));
        Assert.Single(method.Problems(_half with { Criterion = Criterion.Random(1) }), p => p.Contains("random"));
        Assert.Single(method.Problems(new Plan()), p => p.Contains("amount is missing"));
        Assert.Equal(2, (method with { Interval = 0, DropFraction = 2 }).Problems(_half).Count());
        Assert.Throws<InvalidPlanException>(() => new GradientLoop(Random(4), new Plan { Schedule = Schedule.Cubic(0.5, 0, 10) }, method));
    }

    private static float[,] Random(int size)
    {
        var generator = new System.Random(5);
        var values = new float[size, size];
        for (int i = 0; i < values.Length; i++)
            values[i / size, i % size] = generator.NextSingle() - 0.5f;
        return values;
    }
}
