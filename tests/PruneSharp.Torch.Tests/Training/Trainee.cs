using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>A small network with its optimizer and pruner, that trains on data computed from the step.</summary>
internal sealed class Trainee : IDisposable
{
    public static readonly Plan Cubic = new() { Allocation = Allocation.Local, Schedule = Schedule.Cubic(0.8, 2, 30) with { Frequency = 3 } };

    public readonly Parts Model;
    public readonly optim.Optimizer? Optimizer;
    public readonly Pruner Pruner;

    public Trainee(long seed, string optimizer = "adam", TrainingMethod? method = null, Plan? plan = null, int width = 16)
    {
        random.manual_seed(seed);
        Model = new Parts(nn.Linear(8, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout(0.3), nn.Linear(width, 4));
        Optimizer = optimizer == "none" ? null : Of(optimizer, Model);
        Pruner = new(Model, plan ?? Cubic, Optimizer, method);
    }

    public static TheoryData<string> Optimizers =>
        ["sgd", "momentum", "nesterov", "adam", "amsgrad", "adamw", "rmsprop", "centered", "adagrad", "adadelta", "adamax", "nadam", "radam", "rprop", "asgd"];

    /// <summary>Everything that a resumed run must have bit for bit: parameters, buffers and masks.</summary>
    public Dictionary<string, byte[]> Bits =>
        Model.state_dict().Select(s => (s.Key, s.Value)).Concat(Pruner.Layers.Select(l => (l.Name + " mask", l.Mask)))
            .ToDictionary(t => t.Item1, t => t.Item2.detach().cpu().contiguous().bytes.ToArray());

    public void Train(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            var input = (arange(12 * 8, float32) * 0.37 + Pruner.StepCount).sin().view(12, 8);
            Model.zero_grad();
            nn.functional.mse_loss(Model.call(input), input.narrow(1, 0, 4).square()).backward();
            Optimizer?.step();
            Pruner.step();
        }
    }

    public static void AssertSame(Dictionary<string, byte[]> expected, Dictionary<string, byte[]> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected, e => Assert.True(e.Value.AsSpan().SequenceEqual(actual[e.Key]), e.Key));
    }

    public void Dispose()
    {
        Pruner.Dispose();
        Optimizer?.Dispose();
        Model.Dispose();
    }

    private static optim.Optimizer Of(string name, nn.Module model) => name switch
    {
        "sgd" => optim.SGD(model.parameters(), 0.05),
        "momentum" => optim.SGD(model.parameters(), 0.05, momentum: 0.9),
        "nesterov" => optim.SGD(model.parameters(), 0.05, momentum: 0.9, nesterov: true),
        "adam" => optim.Adam(model.parameters(), 0.01),
        "amsgrad" => optim.Adam(model.parameters(), 0.01, amsgrad: true),
        "adamw" => optim.AdamW(model.parameters(), 0.01),
        "rmsprop" => optim.RMSProp(model.parameters(), 0.01),
        "centered" => optim.RMSProp(model.parameters(), 0.01, momentum: 0.5, centered: true),
        "adagrad" => optim.Adagrad(model.parameters(), 0.05),
        "adadelta" => optim.Adadelta(model.parameters(), 0.5),
        "adamax" => optim.Adamax(model.parameters(), 0.01),
        "nadam" => optim.NAdam(model.parameters(), 0.01),
        "radam" => optim.RAdam(model.parameters(), 0.01),
        "rprop" => optim.Rprop(model.parameters(), 0.01),
        "asgd" => optim.ASGD(model.parameters(), 0.01),
        "groups" => optim.SGD(new TorchSharp.Modules.SGD.ParamGroup[] { new(model.parameters().Take(2)), new(model.parameters().Skip(2)) }, 0.05, momentum: 0.9),
        _ => throw new ArgumentException(name),
    };
}
