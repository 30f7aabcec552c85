using System.Globalization;
using PruneSharp.OnnxRuntime;

namespace PruneSharp.Cli.Rendering;

/// <summary>Shows what the sparse kernels gain.</summary>
internal static class BenchRendering
{
    public static void Show(SparseBenchReport report, bool json)
    {
        if (json)
            Json.Write(report);
        else
            Render(report, Console.Out);
    }

    private static void Render(SparseBenchReport report, TextWriter writer)
    {
        var table = new TextTable("layer", "op", " sparsity", "weights", " dense ms", " sparse ms", " ratio");
        foreach (var layer in report.Layers)
            table.Add(Text.Name(layer.Name), Text.Name(layer.Operator), Text.Percent(layer.Sparsity), layer.Claimed ? layer.Format : "left", Number(layer.DenseMilliseconds), Number(layer.SparseMilliseconds), layer.SpeedRatio is { } ratio ? Ratio(ratio) : "");
        table.Write(writer);
        writer.WriteLine();
        foreach (var reason in report.Layers.GroupBy(layer => (layer.Claimed, layer.Reason)))
            writer.WriteLine(Text.Plain($"{(reason.Key.Claimed ? "Claimed" : "Left")}: {Layers(reason.Count())}, {reason.Key.Reason}."));
        writer.WriteLine(Text.Plain($"Dense {Number(report.DenseMilliseconds)} ms, sparse {Number(report.SparseMilliseconds)} ms: {Ratio(report.SpeedRatio)} as fast (10th percentiles: {Ratio(report.SpeedRatioP10)}), {Threads(report.Threads)}, {report.DenseRuns} and {report.SparseRuns} runs in turn."));
        writer.WriteLine($"{(report.Pass ? "Outputs are equal" : "Outputs DIFFER")}: largest difference {Text.Small(report.MaxAbsDifference)}, {Text.Small(report.MaxRelativeDifference)} of the output's largest value.");
        if (Hint(report) is { } hint)
            writer.WriteLine(hint);
    }

    // Blocks share their loads, so the same sparsity runs faster where weights leave in blocks. Where single weights take most of the time, that would help.
    private static string? Hint(SparseBenchReport report)
    {
        var rows = report.Layers.Where(layer => layer is { Claimed: true, Format: "rows", Sparsity: >= 0.5 }).ToList();
        bool most = 2 * rows.Sum(layer => layer.SparseMilliseconds) > report.Layers.Sum(layer => layer.SparseMilliseconds);
        return most ? $"Zeros lie anywhere in {Layers(rows.Count)}. Pruned in blocks of output channels (prune --structure block:4x1 or block:2x1) the same sparsity runs faster, at some cost in accuracy: docs/accelerate.md has figures." : null;
    }

    private static string Layers(int count) => count == 1 ? "1 layer" : $"{count} layers";

    private static string Threads(int threads) => threads switch { 0 => "all threads", 1 => "1 thread", _ => $"{threads} threads" };

    private static string Number(double? number) => number?.ToString("F3", CultureInfo.InvariantCulture) ?? "";

    private static string Ratio(double ratio) => ratio.ToString("F2", CultureInfo.InvariantCulture) + "x";
}
