namespace PruneSharp.Torch.Tests;

/// <summary>Every training method with a plan for 22 steps on any <see cref="Subject"/>, with structures besides single weights.</summary>
internal static class SubjectMethods
{
    private static readonly Plan _fixed = new() { Amount = 0.6 };
    private static readonly Plan _gradual = new() { Schedule = Schedule.Cubic(0.6, 2, 16) with { Frequency = 3 } };
    private static readonly Plan _rounds = new() { Schedule = Schedule.Iterative(0.6, 0, 18, 3) };
    private static readonly Structure _channel = Structure.Channel(0), _block = Structure.Block(2, 4);

    /// <summary>One line a method.</summary>
    public static IReadOnlyDictionary<string, (Plan Plan, Func<Subject, TrainingMethod> Method)> All { get; } = new Dictionary<string, (Plan, Func<Subject, TrainingMethod>)>
    {
        ["magnitude"] = (_gradual, _ => new Magnitude()),
        ["magnitude, lamp"] = (_gradual with { Allocation = Allocation.Lamp }, _ => new Magnitude()),
        ["magnitude, blocks"] = (_gradual with { Structure = _block }, _ => new Magnitude()),
        ["magnitude, channels"] = (_gradual with { Structure = _channel, Allocation = Allocation.Local }, _ => new Magnitude()),
        ["magnitude, n:m"] = (new() { Structure = Structure.NOfM(2, 4) }, _ => new Magnitude()),
        ["snip"] = (_fixed, subject => new Snip { Loss = subject.Loss }),
        ["grasp"] = (_fixed, subject => new Grasp { Loss = subject.Loss }),
        ["synflow"] = (_fixed, subject => new SynFlow { InputShape = subject.InputShape, Rounds = 3 }),
        ["synflow, channels"] = (_fixed with { Structure = _channel }, subject => new SynFlow { InputShape = subject.InputShape, Rounds = 3 }),
        ["synflow, n:m"] = (new() { Structure = Structure.NOfM(2, 4) }, subject => new SynFlow { InputShape = subject.InputShape }),
        ["taylor"] = (_gradual, _ => new Taylor()),
        ["taylor, channels"] = (_gradual with { Structure = _channel }, _ => new Taylor()),
        ["movement"] = (_gradual, _ => new Movement()),
        ["movement, blocks"] = (_gradual with { Structure = _block }, _ => new Movement()),
        ["movement, n:m"] = (new() { Structure = Structure.NOfM(2, 4) }, _ => new Movement()),
        ["rigl"] = (_fixed with { Allocation = Allocation.Erk }, _ => new RigL { EndStep = 18, Interval = 2, Seed = 1 }),
        ["set"] = (_fixed, _ => new Set { EndStep = 18, Interval = 2, Seed = 1 }),
        ["surgery"] = (_gradual, _ => new DynamicNetworkSurgery { StopStep = 18, Seed = 1 }),
        ["surgery, by deviations"] = (new(), _ => new DynamicNetworkSurgery { StopStep = 18, Deviations = 0.3 }),
        ["lottery ticket"] = (_rounds, _ => new LotteryTicket { RewindStep = 2 }),
        ["lottery ticket, learning rate"] = (_rounds, _ => new LotteryTicket { RewindStep = 2, Rewind = Rewind.LearningRate }),
        ["lasso"] = (_gradual, _ => new Lasso { Strength = 1e-2 }),
        ["lasso, channels"] = (_gradual with { Structure = _channel }, _ => new Lasso { Strength = 1e-2 }),
        ["n:m from the start"] = (new() { Structure = Structure.NOfM(2, 4) }, _ => new NMFromStart { Interval = 2 }),
    };
}
