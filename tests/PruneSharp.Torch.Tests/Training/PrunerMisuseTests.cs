using TorchSharp;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>What users get wrong is said, or does no harm.</summary>
public sealed class PrunerMisuseTests
{
    private static readonly Plan _half = new() { Amount = 0.5 };
    private static readonly Plan _soon = new() { Schedule = Schedule.OneShot(0.5, 1) };

    public static TheoryData<string> Methods => [.. SubjectMethods.All.Keys];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Gradients_that_are_cleared_before_the_step_stop_methods_that_need_them(string name)
    {
        foreach (bool areGone in new[] { true, false })
        {
            using var subject = new Subject("linear", "adam", float32, name);
            var error = Record.Exception(() =>
            {
                for (int step = 0; step < 20; step++)
                {
                    subject.Loss().backward();
                    subject.Optimizer.step();
                    foreach (var parameter in subject.Model.parameters())
                    {
                        if (areGone)
                            parameter.grad = null;
                        else
                            parameter.grad?.zero_();
                    }

                    subject.Pruner.step();
                }
            });
            if (name.Split(',')[0] is "taylor" or "movement" or "rigl")
                Assert.Contains("before zero_grad()", Assert.IsType<InvalidOperationException>(error).Message);
            else
                Assert.Null(error);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void After_a_gradient_that_is_not_finite_the_last_checkpoint_goes_on_as_if_nothing_had_been(string name)
    {
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            using var folder = new TemporaryFolder();
            using var whole = new Subject("linear", "nesterov", float64, name);
            Train(whole, 20);
            using var hurt = new Subject("linear", "nesterov", float64, name);
            Train(hurt, 8);
            hurt.Pruner.save(folder["run"]);
            Train(hurt, 3);
            hurt.Optimizer.zero_grad();
            hurt.Loss().backward();
            hurt.Pruner.Layers[^1].Weight.grad!.view(-1)[0].fill_(bad);
            hurt.Optimizer.step();
            Assert.Equal("4.weight", Assert.Throws<NonFiniteTrainingException>(hurt.Pruner.step).TensorName);
            hurt.Pruner.load(folder["run"]);
            Train(hurt, 12);
            Trainee.AssertSame(whole.Bits, hurt.Bits);
        }
    }

    [Theory]
    [InlineData("magnitude")]
    [InlineData("taylor")]
    public void A_schedule_that_falls_is_refused_where_pruned_weights_do_not_return(string name)
    {
        TrainingMethod method = name == "taylor" ? new Taylor() : new Magnitude();
        var falling = new Plan { Schedule = Schedule.Linear(0.2, 0, 4) with { InitialSparsity = 0.8, Frequency = 1 } };
        using var model = new Parts(nn.Linear(4, 4));
        Assert.Contains("falls from 0.8 to 0.2", Assert.Throws<InvalidPlanException>(() => new Pruner(model, falling, null, method)).Message);
    }

    [Fact]
    public void A_schedule_that_falls_lets_weights_return_that_were_kept_aside()
    {
        var falling = new Plan { Schedule = Schedule.Linear(0.2, 0, 4) with { InitialSparsity = 0.8, Frequency = 1 } };
        using var loop = new GradientLoop(new float[,] { { 1, 2, 3, 4, 5 } }, falling, new Movement());
        for (int step = 0; step < 5; step++)
            loop.Step(new float[,] { { 0.1f, 0, 0, 0, -0.1f } });
        Assert.Equal(4, loop.Pruner.Layers[0].KeptCount);
        Values.Equal(new float[,] { { 0, 2, 3, 4, 5.5f } }, loop.Weight.round(1));
    }

    [Fact]
    public void A_model_that_was_moved_is_found()
    {
        using var folder = new TemporaryFolder();
        using var model = new Parts(nn.Linear(4, 4));
        using var pruner = new Pruner(model, _half);
        model.to(float64);
        foreach (Action call in new Action[] { pruner.step, () => pruner.finish(), () => pruner.save(folder["run"]), () => pruner.load(folder["run"]) })
            Assert.StartsWith("0.weight is no tensor any more", Assert.Throws<InvalidOperationException>(call).Message);
    }

    [Fact]
    public void A_pruner_that_was_disposed_of_says_so()
    {
        using var folder = new TemporaryFolder();
        using var model = new Parts(nn.Linear(4, 4));
        var pruner = new Pruner(model, _half);
        pruner.Dispose();
        pruner.Dispose();
        foreach (Action call in new Action[] { pruner.step, () => pruner.finish(), () => pruner.save(folder["run"]), () => pruner.load(folder["run"]) })
            Assert.Throws<ObjectDisposedException>(call);
    }

    [Fact]
    public void Load_of_a_folder_says_so()
    {
        using var folder = new TemporaryFolder();
        using var model = new Parts(nn.Linear(4, 4));
        using var pruner = new Pruner(model, _half);
        Assert.Contains("is a folder", Assert.Throws<IOException>(() => pruner.load(Path.GetDirectoryName(folder["run"])!)).Message);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 1)]
    [InlineData(0.51, 0)]
    [InlineData(1, 0)]
    public void A_layer_of_one_weight_is_kept_or_not(double amount, long kept)
    {
        using var model = new Parts(nn.Linear(1, 1));
        using var pruner = new Pruner(model, new() { Amount = amount });
        Assert.Equal(kept, pruner.finish().KeptCount);
    }

    [Fact]
    public void A_layer_that_the_loss_does_not_reach_is_pruned_first_by_Taylor()
    {
        using Parts used = new(nn.Linear(4, 4)), model = new(used, nn.Linear(4, 4));
        using var optimizer = optim.Adam(model.parameters());
        using var pruner = new Pruner(model, _soon, optimizer, new Taylor());
        for (int step = 0; step < 2; step++)
        {
            optimizer.zero_grad();
            used.call(arange(8, float32).view(2, 4).cos()).square().sum().backward();
            optimizer.step();
            pruner.step();
        }

        Assert.Equal([("0.0.weight", 16), ("1.weight", 0)], pruner.Layers.Select(l => (l.Name, l.KeptCount)).OrderBy(l => l.Name));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sparse_gradients_of_an_embedding_are_read(bool isFinite)
    {
        using var model = new Parts(nn.Embedding(10, 4, sparse: true));
        using (no_grad())
        {
            // What stays of the two rows that have gradients is larger than the others, so that only what grew there is dropped, and grows again.
            model.parameters().First().fill_(0.5).narrow(0, 1, 2).fill_(2);
        }

        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var pruner = new Pruner(model, _half with { Targets = new() { Embeddings = true } }, optimizer, new RigL { EndStep = 9, Interval = 1 });
        for (int step = 0; step < 3; step++)
        {
            optimizer.zero_grad();
            (model.call(tensor(new long[] { 1, 2 })).sum() * (isFinite ? 1 : double.NaN)).backward();
            optimizer.step();
            if (!isFinite)
            {
                Assert.Throws<NonFiniteTrainingException>(pruner.step);
                return;
            }

            pruner.step();
        }

        Assert.Equal(8, pruner.Layers[0].Mask.narrow(0, 1, 2).sum().item<float>());
        Assert.Equal(20, pruner.finish().KeptCount);
    }

    private static void Train(Subject subject, int steps)
    {
        for (int step = 0; step < steps; step++)
            subject.Step();
    }
}
