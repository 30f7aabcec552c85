using TorchSharp;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>A small network of one of several kinds with its optimizer and pruner, that trains on data computed from the step.</summary>
internal sealed class Subject : IDisposable
{
    public readonly Parts Model;
    public readonly optim.Optimizer Optimizer;
    public readonly Pruner Pruner;
    private readonly ScalarType _type;

    public Subject(string network, string optimizer, ScalarType type, string method, long seed = 1)
    {
        random.manual_seed(seed);
        _type = type;
        Model = Network(network);
        Model.to(type);
        InputShape = network.Contains("linear") ? [6, 8] : [6, 4, 4, 4];
        Optimizer = Of(optimizer, Model);
        Pruner = new(Model, SubjectMethods.All[method].Plan, Optimizer, SubjectMethods.All[method].Method(this));
    }

    public static IReadOnlyList<string> Networks { get; } = ["linear", "shared linear", "convolution", "grouped", "transposed"];

    public static IReadOnlyList<string> Optimizers { get; } = ["adam", "adamw", "nesterov", "rmsprop"];

    public static IReadOnlyList<ScalarType> Types { get; } = [ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16];

    public long[] InputShape { get; }

    /// <summary>Parameters, buffers and masks.</summary>
    public Dictionary<string, byte[]> Bits =>
        Model.state_dict().Select(s => (s.Key, s.Value)).Concat(Pruner.Layers.Select(l => (l.Name + " mask", l.Mask)))
            .ToDictionary(t => t.Item1, t => t.Item2.detach().contiguous().bytes.ToArray());

    public Tensor Loss() => Loss(0);

    public void Step()
    {
        using var scope = NewDisposeScope();
        Optimizer.zero_grad();
        Loss(Pruner.StepCount).backward();
        Optimizer.step();
        Pruner.step();
    }

    public void Dispose()
    {
        Pruner.Dispose();
        Optimizer.Dispose();
        Model.Dispose();
    }

    private Tensor Loss(long step)
    {
        var input = (arange(InputShape.Aggregate(1L, (a, b) => a * b), float64) * 0.37 + step).sin().view(InputShape).to(_type);
        return nn.functional.mse_loss(Model.call(input), input.reshape(6, -1).narrow(1, 0, 4).square());
    }

    private static Parts Network(string name)
    {
        var shared = nn.Linear(8, 8);
        return name switch
        {
            "linear" => new(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 4)),
            "shared linear" => new(shared, nn.Tanh(), shared, nn.Tanh(), nn.Linear(8, 4)),
            "convolution" => new(nn.Conv2d(4, 8, 3, padding: 1), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Linear(128, 4)),
            "grouped" => new(nn.Conv2d(4, 8, 3, groups: 2), nn.ReLU(), nn.Conv2d(8, 8, 1, groups: 4), nn.Flatten(), nn.Linear(32, 4)),
            "transposed" => new(nn.ConvTranspose2d(4, 8, 2, stride: 2), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(128, 4)),
            _ => throw new ArgumentException(name),
        };
    }

    private static optim.Optimizer Of(string name, nn.Module model) => name switch
    {
        "adam" => optim.Adam(model.parameters(), 0.01),
        "adamw" => optim.AdamW(model.parameters(), 0.01, weight_decay: 0.1),
        "nesterov" => optim.SGD(model.parameters(), 0.02, momentum: 0.9, weight_decay: 0.01, nesterov: true),
        "rmsprop" => optim.RMSProp(model.parameters(), 0.003, weight_decay: 0.01),
        _ => throw new ArgumentException(name),
    };
}
