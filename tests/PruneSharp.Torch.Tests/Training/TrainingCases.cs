namespace PruneSharp.Torch.Tests;

/// <summary>Every training method, for the tests that all of them pass.</summary>
internal static class TrainingCases
{
    private static readonly Plan _fixed = new() { Amount = 0.6 };
    private static readonly Plan _gradual = new() { Schedule = Schedule.Cubic(0.6, 5, 40) with { Frequency = 5 } };

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
    };
}
