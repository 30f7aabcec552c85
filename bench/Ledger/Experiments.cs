using System.IO.Enumeration;
using PruneSharp;
using PruneSharp.Torch;

/// <summary>All rows of the ledger.</summary>
internal static class Experiments
{
    private const int DenseEpochs = 20, PrunedEpochs = 40;

    public static IReadOnlyList<Experiment> All { get; } =
    [
        new(Networks.LeNet300, "dense", 0, DenseEpochs),
        Gradual(Networks.LeNet300, 0.9167), Gradual(Networks.LeNet300, 0.95), Gradual(Networks.LeNet300, 0.98), Gradual(Networks.LeNet300, 0.99),
    ];

    public static Experiment Find(string id) => All.FirstOrDefault(e => e.Id == id) ?? throw new ArgumentException($"There is no row {id}; list prints them.");

    public static IReadOnlyList<Experiment> Matching(string pattern) => All.Where(e => FileSystemName.MatchesSimpleExpression(pattern, e.Id)).ToList() is { Count: > 0 } found
        ? found
        : throw new ArgumentException($"No row matches {pattern}; list prints them.");

    private static Experiment Gradual(string model, double sparsity) => new(model, "gradual magnitude", sparsity, PrunedEpochs)
    {
        StartsDense = true,
        LearningRate = 2e-3,
        Pruning = setup => (new Plan { Schedule = Cubic(setup) }, new Magnitude()),
    };

    private static Schedule Cubic(TrainingSetup setup) => Schedule.Cubic(setup.Sparsity, 0, setup.At(0.6));
}
