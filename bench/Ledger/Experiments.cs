using System.IO.Enumeration;
using PruneSharp;
using PruneSharp.Torch;
using PruneSharp.Torch.Onnx;

/// <summary>All rows of the ledger.</summary>
internal static class Experiments
{
    public static IReadOnlyList<Experiment> All { get; } =
    [
        new(Networks.LeNet300, "dense", 0, 20),
        new(Networks.LeNet5, "dense", 0, 15),
        new(Networks.SmallResNet, "dense", 0, 10) { LearningRate = 4e-3 },
    ];

    public static Experiment Find(string id) => All.FirstOrDefault(e => e.Id == id) ?? throw new ArgumentException($"There is no row {id}; list prints them.");

    public static IReadOnlyList<Experiment> Matching(string pattern) => All.Where(e => FileSystemName.MatchesSimpleExpression(pattern, e.Id)).ToList() is { Count: > 0 } found
        ? found
        : throw new ArgumentException($"No row matches {pattern}; list prints them.");
}
