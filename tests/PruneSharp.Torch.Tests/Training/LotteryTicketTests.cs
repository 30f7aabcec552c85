using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>Rewinding: what goes back, and where the learning rate stands.</summary>
public sealed class LotteryTicketTests
{
    private static readonly Plan _rounds = new() { Schedule = Schedule.Iterative(0.75, 0, 6, 2) };

    [Fact]
    public void Survivors_go_back_to_the_values_of_the_rewind_step()
    {
        // Two rounds of three steps: updates at steps 3 and 6, half of what is left each.
        using var loop = new GradientLoop(new float[,] { { 1, 2 }, { 3, 4 } }, _rounds, new LotteryTicket { RewindStep = 1 }, momentum: 0.5);
        loop.Step(new float[,] { { -10, 0 }, { 0, 0 } });
        Values.Equal(new float[,] { { 11, 2 }, { 3, 4 } }, loop.Weight);
        var steps = new List<long>();
        for (int step = 1; step <= 6; step++)
        {
            loop.Step(new float[,] { { 0, 0 }, { 0, -1 } });
            steps.Add(loop.Pruner.LearningRateStep);
            if (step == 3)
            {
                Values.Equal(new float[,] { { 1, 0 }, { 0, 1 } }, loop.Mask);
                Values.Equal(new float[,] { { 11, 0 }, { 0, 4 } }, loop.Weight);
                Assert.Empty(loop.Pruner.Layers[0].Optimizer!.All());
            }
        }

        Values.Equal(new float[,] { { 11, 0 }, { 0, 0 } }, loop.Weight);
        Assert.Equal([2, 3, 1, 2, 3, 1], steps);
        Assert.Equal(7, loop.Pruner.StepCount);
    }

    [Fact]
    public void Last_update_rewinds_too_so_that_the_ticket_is_trained_once_more()
    {
        using var loop = new GradientLoop(new float[,] { { 1, 2 }, { 3, 4 } }, _rounds, new LotteryTicket());
        for (int step = 0; step < 8; step++)
            loop.Step(new float[,] { { 0, 0 }, { 0, -1 } });

        // Back to 4 after four and after seven steps, then one more.
        Values.Equal(new float[,] { { 0, 0 }, { 0, 5 } }, loop.Weight);
        Assert.Equal(1, loop.Pruner.LearningRateStep);
    }

    [Fact]
    public void Learning_rate_alone_goes_back_where_that_is_asked()
    {
        using var loop = new GradientLoop(new float[,] { { 1, 2 }, { 3, 4 } }, _rounds, new LotteryTicket { Rewind = Rewind.LearningRate, RewindStep = 2 });
        for (int step = 0; step < 4; step++)
            loop.Step(new float[,] { { 0, 0 }, { 0, -1 } });
        Values.Equal(new float[,] { { 0, 0 }, { 3, 8 } }, loop.Weight);
        Assert.Equal((2, 4), (loop.Pruner.LearningRateStep, loop.Pruner.StepCount));
        Assert.Empty(loop.Pruner.Layers[0].State);
    }

    [Theory]
    [InlineData("SGD")]
    [InlineData("Adam")]
    [InlineData("NAdam")]
    [InlineData("Rprop")]
    public void Biases_norms_and_the_state_of_every_parameter_go_back_too(string kind)
    {
        manual_seed(4);
        var model = nn.Sequential(("fc", nn.Linear(6, 8)), ("norm", nn.BatchNorm1d(8)), ("out", nn.Linear(8, 3)));
        var optimizer = Create(model);
        var before = model.state_dict().ToDictionary(s => s.Key, s => s.Value.detach().clone());
        using var pruner = new Pruner(model, new Plan { Schedule = Schedule.Iterative(0.75, 0, 10, 2) }, optimizer, new LotteryTicket());
        Train(6);
        foreach (var (name, value) in model.state_dict())
        {
            var layer = pruner.Layers.SingleOrDefault(l => l.Name == name);
            Values.Equal(layer is null ? before[name] : before[name] * layer.Mask, value);
        }

        // A step after it is the one that a new optimizer makes.
        var copy = nn.Sequential(("fc", nn.Linear(6, 8)), ("norm", nn.BatchNorm1d(8)), ("out", nn.Linear(8, 3)));
        copy.load_state_dict(model.state_dict());
        var input = randn(5, 6);
        Step(copy, Create(copy), input);
        Step(model, optimizer, input);
        Values.Equal(copy.get_parameter("out.bias")!, model.get_parameter("out.bias")!);
        Values.Equal(copy.get_parameter("norm.weight")!, model.get_parameter("norm.weight")!);

        optim.Optimizer Create(nn.Module trained) => kind switch
        {
            "SGD" => optim.SGD(trained.parameters(), 0.05, 0.9, dampening: 0.5),
            "Adam" => optim.Adam(trained.parameters(), 0.05),
            "NAdam" => optim.NAdam(trained.parameters(), 0.05),
            _ => optim.Rprop(trained.parameters(), 0.05),
        };

        void Train(int count)
        {
            for (int step = 0; step < count; step++)
            {
                Step(model, optimizer, randn(5, 6));
                pruner.step();
            }
        }
    }

    [Fact]
    public void Plans_that_do_not_fit_are_refused()
    {
        Assert.Empty(new LotteryTicket { RewindStep = 3 }.Problems(_rounds));
        Assert.Single(new LotteryTicket { RewindStep = 4 }.Problems(_rounds), p => p.Contains("0 to 3"));
        Assert.Single(new LotteryTicket().Problems(new Plan { Schedule = Schedule.Cubic(0.5, 0, 10) }), p => p.Contains("polynomial"));
        Assert.Single(new LotteryTicket().Problems(new Plan { Amount = 0.5 }), p => p.Contains("missing"));
    }

    private static void Step(nn.Module<Tensor, Tensor> model, optim.Optimizer optimizer, Tensor input)
    {
        optimizer.zero_grad();
        model.call(input).square().sum().backward();
        optimizer.step();
    }
}
