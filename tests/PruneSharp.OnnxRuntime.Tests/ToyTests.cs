using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class ToyTests
{
    public static TheoryData<string> Toys => [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Toys"), "*.onnx").Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Toys))]
    public void Every_pruned_toy_loads_and_runs_and_pruning_nothing_changes_nothing(string toy)
    {
        string input = Path.Combine(AppContext.BaseDirectory, "Toys", toy), folder = Directory.CreateTempSubdirectory("prunesharp-").FullName;
        string same = Path.Combine(folder, "same.onnx");
        OnnxPruner.Prune(input, same, new() { Amount = 0.0 });
        var equal = Verifier.Compare(input, same, new() { Tolerance = 0, Runs = 1 });
        Assert.True(equal.Pass);
        Assert.All(equal.Outputs, o => Assert.Equal(0, o.MaxAbsDifference));
        foreach (string structure in new[] { "unstructured", "2:4", "block:4x1", "channel" })
        {
            string pruned = Path.Combine(folder, structure.Replace(':', '-') + ".onnx");
            var report = OnnxPruner.Prune(input, pruned, new() { Structure = StructureText.Parse(structure), Allocation = structure == "channel" ? Allocation.Local : Allocation.Global, Amount = structure == "2:4" ? null : 0.5 });
            Assert.InRange(report.Sparsity, structure == "2:4" ? 0.05 : 0.3, 0.7); // depthwise layers have one input: 2:4 keeps it
            var different = Verifier.Compare(input, pruned, new() { Tolerance = 0, Runs = 1 });
            Assert.False(different.Pass);
            Assert.All(different.Outputs, o => Assert.True(double.IsFinite(o.MaxAbsDifference)));
        }

        Directory.Delete(folder, recursive: true);
    }
}
