using System.IO.Enumeration;
using PruneSharp;
using PruneSharp.Torch;
using PruneSharp.Torch.Onnx;
using TorchSharp;
using static TorchSharp.torch;

/// <summary>All rows of the ledger.</summary>
internal static class Experiments
{
    private const double Rate = 2e-3;

    public static IReadOnlyList<Experiment> All { get; } =
    [
        new(Networks.LeNet300, "dense", 0, 20) { LearningRate = Rate },
        .. Targets(0.9167), .. Targets(0.95), .. Targets(0.98), .. Targets(0.99),
        Shared(0.94, 3), Shared(0.93, 2), SharedTaylor(0.9375, 4), SharedTaylor(0.95, 4),
        .. Methods(0.95), .. Methods(0.98),
        Scratch("n:m from the start", 0.5, _ => (new Plan { Structure = Structure.NOfM(2, 4) }, new NMFromStart())),
        Scratch("n:m from the start", 0.75, _ => (new Plan { Structure = Structure.NOfM(1, 4) }, new NMFromStart())),
        new(Networks.LeNet5, "dense", 0, 15) { LearningRate = Rate },
        Distilled(new(Networks.LeNet5, "gradual magnitude, distilled", 0.9167, 30) { LearningRate = Rate }),
        Distilled(new(Networks.LeNet5, "Taylor, distilled", 0.9167, 30) { LearningRate = Rate, Pruning = Importance }),
        new(Networks.SmallResNet, "dense", 0, 10) { LearningRate = 2 * Rate },
        Distilled(new(Networks.SmallResNet, "filters, distilled", 0.5, 20) { LearningRate = Rate, Pruning = Filters, Shrinks = true }),
    ];

    public static Experiment Find(string id) => All.FirstOrDefault(e => e.Id == id) ?? throw new ArgumentException($"There is no row {id}; list prints them.");

    public static IReadOnlyList<Experiment> Matching(string pattern) => All.Where(e => FileSystemName.MatchesSimpleExpression(pattern, e.Id)).ToList() is { Count: > 0 } found
        ? found
        : throw new ArgumentException($"No row matches {pattern}; list prints them.");

    // 20 epochs dense, then 40 in which the first 60 % prune: at most 60 epochs.
    private static IEnumerable<Experiment> Targets(double sparsity)
    {
        var plain = new Experiment(Networks.LeNet300, "gradual magnitude", sparsity, 40) { StartsDense = true, LearningRate = Rate, Pruning = Global };
        yield return plain;
        yield return Distilled(plain with { Method = "gradual magnitude, distilled" });
        yield return Distilled(plain with { Method = "Taylor, distilled", Pruning = Importance });
    }

    // As small a file as can be: few values, trained. Magnitude leaves no small weights, so that fewer values do; Taylor leaves fewer neurons.
    private static Experiment Shared(double sparsity, int bits) =>
        Distilled(new(Networks.LeNet300, $"gradual magnitude, distilled, {bits} bits", sparsity, 40) { LearningRate = Rate, SharedBits = bits });

    private static Experiment SharedTaylor(double sparsity, int bits) => Shared(sparsity, bits) with { Method = $"Taylor, distilled, {bits} bits", Pruning = Importance };

    private static IEnumerable<Experiment> Methods(double sparsity)
    {
        yield return Dense("one-shot magnitude", sparsity, s => (new Plan { Amount = s.Sparsity }, null));
        yield return Dense("magnitude, global", sparsity, Global);
        yield return Dense("magnitude, local", sparsity, s => (new Plan { Allocation = Allocation.Local, Schedule = Cubic(s) }, null));
        yield return Dense("magnitude, LAMP", sparsity, s => (new Plan { Allocation = Allocation.Lamp, Schedule = Cubic(s) }, null));
        yield return Dense("magnitude, ERK", sparsity, s => (new Plan { Allocation = Allocation.Erk, Schedule = Cubic(s) }, null));
        yield return Dense("Taylor", sparsity, Importance);
        yield return Dense("movement", sparsity, s => (new Plan { Schedule = Cubic(s) }, new Movement()));
        yield return Dense("dynamic network surgery", sparsity, s => (new Plan { Allocation = Allocation.Erk, Schedule = Cubic(s) }, new DynamicNetworkSurgery { StopStep = s.At(0.75), Seed = (ulong)s.Seed }));
        yield return Dense("lasso and magnitude", sparsity, s => (new Plan { Schedule = Cubic(s) }, new Lasso { Strength = 0.01, StopStep = s.At(0.6) }));
        yield return Scratch("SNIP", sparsity, s => (new Plan { Amount = s.Sparsity }, new Snip { Loss = () => Loss(s, 1000, 1) }));
        yield return Scratch("GraSP", sparsity, s => (new Plan { Amount = s.Sparsity }, new Grasp { Loss = () => Loss(s, 100, 200) }));
        yield return Scratch("SynFlow", sparsity, s => (new Plan { Amount = s.Sparsity }, new SynFlow { InputShape = [1, 1, 28, 28] }));
        yield return Scratch("RigL", sparsity, s => (new Plan { Amount = s.Sparsity, Allocation = Allocation.Erk }, new RigL { EndStep = s.At(0.75), Seed = (ulong)s.Seed }));
        yield return Scratch("SET", sparsity, s => (new Plan { Amount = s.Sparsity, Allocation = Allocation.Erk }, new Set { EndStep = s.At(0.75), Seed = (ulong)s.Seed }));
        yield return Ticket("lottery ticket, weights rewound", sparsity, Rewind.Weights);
        yield return Ticket("lottery ticket, rate rewound", sparsity, Rewind.LearningRate);
    }

    // 10 epochs from the dense network.
    private static Experiment Dense(string method, double sparsity, Func<TrainingSetup, (Plan, TrainingMethod?)> pruning) =>
        new(Networks.LeNet300, method, sparsity, 10) { StartsDense = true, LearningRate = Rate, Pruning = pruning };

    // From random weights, with as many epochs as the dense network and what follows it.
    private static Experiment Scratch(string method, double sparsity, Func<TrainingSetup, (Plan, TrainingMethod?)> pruning) =>
        new(Networks.LeNet300, method, sparsity, 30) { LearningRate = Rate, Pruning = pruning };

    // Five rounds and the last training, 5 epochs each; weights go back to the middle of the first epoch.
    private static Experiment Ticket(string method, double sparsity, Rewind rewind) => Scratch(method, sparsity, s =>
        (new Plan { Schedule = Schedule.Iterative(s.Sparsity, 0, s.At(5 / 6.0), 5) }, new LotteryTicket { Rewind = rewind, RewindStep = s.At(0.5 / 30) })) with { Epochs = 30, Rounds = 6 };

    private static Experiment Distilled(Experiment experiment) => experiment with
    {
        StartsDense = true,
        Teachers = [.. Experiment.Seeds.Select(seed => new Teacher(experiment.Model, seed))],
        Pruning = experiment.Pruning ?? Global,
    };

    private static (Plan, TrainingMethod?) Global(TrainingSetup setup) => (new Plan { Schedule = Cubic(setup) }, null);

    private static (Plan, TrainingMethod?) Importance(TrainingSetup setup) => (new Plan { Schedule = Cubic(setup) }, new Taylor());

    private static (Plan, TrainingMethod?) Filters(TrainingSetup setup) =>
        (new Plan { Structure = Structure.Channel(0), Schedule = Schedule.Cubic(setup.Sparsity, 0, setup.At(0.4)) }, new FilterPruning([new("input", [1, 1, 28, 28])]));

    private static Schedule Cubic(TrainingSetup setup) => Schedule.Cubic(setup.Sparsity, 0, setup.At(0.6));

    // The same pictures of all classes for every method; the order of the file is random.
    private static Tensor Loss(TrainingSetup setup, long pictures, double temperature) =>
        nn.functional.cross_entropy(setup.Model.call(setup.Images.narrow(0, 0, pictures)) / temperature, setup.Labels.narrow(0, 0, pictures));
}
