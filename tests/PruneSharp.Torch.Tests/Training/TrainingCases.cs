namespace PruneSharp.Torch.Tests;

/// <summary>Every training method, for the tests that all of them pass.</summary>
internal static class TrainingCases
{
    private static readonly Plan _fixed = new() { Amount = 0.6 };
    private static readonly Plan _gradual = new() { Schedule = Schedule.Cubic(0.6, 5, 40) with { Frequency = 5 } };

    private static readonly Plan _rounds = new() { Schedule = Schedule.Iterative(0.6, 0, 30, 3) };

    /// <summary>One line a method.</summary>
    public static IReadOnlyDictionary<string, TrainingCase> All { get; } = new Dictionary<string, TrainingCase>
    {
        ["magnitude"] = new(_gradual, _ => new Magnitude()),
        ["magnitude, at once"] = new(_fixed, _ => new Magnitude()),
        ["snip"] = new(_fixed, task => new Snip { Loss = task.Loss }),
        ["grasp"] = new(_fixed, task => new Grasp { Loss = task.Loss }),
        ["synflow"] = new(_fixed, _ => new SynFlow { InputShape = [1, 8] }),
        ["taylor"] = new(_gradual, _ => new Taylor()),
        ["movement"] = new(_gradual, _ => new Movement()),
        ["movement, fixed amount"] = new(_fixed with { Allocation = Allocation.Local }, _ => new Movement { LearningRate = 0.1 }),
        ["rigl"] = new(_fixed with { Allocation = Allocation.Erk }, _ => new RigL { EndStep = 45, Interval = 5, Seed = 1 }),
        ["set"] = new(_fixed with { Allocation = Allocation.Erk }, _ => new Set { EndStep = 45, Interval = 5, Seed = 1 }),
        ["dynamic network surgery"] = new(_gradual with { Allocation = Allocation.Local }, _ => new DynamicNetworkSurgery { StopStep = 45, Gamma = 0.01, Seed = 1 }),
        ["dynamic network surgery, by deviations"] = new(new Plan(), _ => new DynamicNetworkSurgery { StopStep = 45, Deviations = 0.5 }) { ChoosesSparsity = true },
        ["lottery ticket"] = new(_rounds, _ => new LotteryTicket { RewindStep = 2 }),
        ["lottery ticket, learning rate"] = new(_rounds, _ => new LotteryTicket { RewindStep = 2, Rewind = Rewind.LearningRate }),
        ["lasso"] = new(_gradual, _ => new Lasso { Strength = 1e-3 }),
        ["n:m from the start"] = new(new Plan { Structure = Structure.NOfM(2, 4) }, _ => new NMFromStart()),
    };
}
