using System.Globalization;
using PruneSharp.Cli.Verbs;
using PruneSharp.Onnx;
using PruneSharp.OnnxRuntime;

namespace PruneSharp.Cli.Rendering;

/// <summary>Packs a model and prints what it costs and what came of it.</summary>
internal static class PackRendering
{
    public static void Run(string input, string? output, PackOptions options, VerifyOptions verify, bool json)
    {
        var report = ModelPacker.Pack(input, output, options, verify, plan =>
        {
            if (!json)
                Costs(plan, Console.Out);
        }, MeasureLoadVerb.Measure);
        Show(report, quiet: json);
        if (json)
            Json.Write(report);
    }

    public static void RunArchive(string input, string output, PackOptions options, VerifyOptions verify, bool json)
    {
        var report = ArchivePacker.Pack(input, output, options, verify);
        if (!json)
        {
            var table = new TextTable("layer", " sparsity", " dense", " archived", " bound");
            foreach (var layer in report.Layers)
                table.Add(Text.Name(layer.Name), Text.Percent((double)layer.Zeros / layer.Parameters), Text.Count(layer.DenseBytes), Text.Count(layer.Bytes), Text.Count((long)Math.Ceiling(layer.BoundBytes)));
            table.Write(Console.Out);
            Console.Out.WriteLine();
        }

        Show(report, quiet: json);
        if (json)
            Json.Write(report);
    }

    /// <summary>Warnings, and the results unless quiet.</summary>
    public static void Show(PackReport report, bool quiet)
    {
        foreach (string warning in report.Warnings)
            Console.Error.WriteLine(Text.Plain($"prunesharp: {warning}"));
        if (!quiet)
            Results(report, Console.Out);
    }

    public static void Costs(PackPlan plan, TextWriter writer)
    {
        string[] encodings = [.. PositionEncoding.All.Select(e => e.Name).Where(e => e != PositionEncoding.SparseInitializerInt32.Name)];
        string[] heads = ["layer", " sparsity", .. encodings.Select(e => " " + (e == PositionEncoding.SparseInitializer.Name ? "sparse-init" : e)), " bound", "chosen"];
        var table = new TextTable(heads);
        foreach (var layer in plan.Layers)
            table.Add([Text.Name(layer.Name), Text.Percent((double)layer.Zeros / layer.Parameters), .. encodings.Select(e => layer.Costs.TryGetValue(e, out long bytes) ? Text.Count(bytes) : "-"), Text.Count((long)Math.Ceiling(layer.BoundBytes)), layer.Positions]);
        long parameters = plan.Layers.Sum(l => l.Parameters), zeros = plan.Layers.Sum(l => l.Zeros);
        table.Add(["total", Text.Percent(parameters == 0 ? 0 : (double)zeros / parameters), .. encodings.Select(e => Text.Count(plan.Layers.Sum(l => l.Costs.GetValueOrDefault(e, l.DenseBytes)))), Text.Count((long)Math.Ceiling(plan.Layers.Sum(l => l.BoundBytes))), Text.Count(plan.Layers.Sum(l => l.Bytes))]);
        table.Write(writer);
        foreach (var layer in plan.Layers.Where(l => l.Reason is not (null or PackedLayer.DenseIsSmaller)))
            writer.WriteLine($"{Text.Name(layer.Name)}: {layer.Reason}.");
        writer.WriteLine();
    }

    private static void Results(PackReport report, TextWriter writer)
    {
        if (report.OutputBytes is not { } bytes)
        {
            writer.WriteLine("Dry run: nothing was written.");
            return;
        }

        var totals = new TextTable("", " before", " after", " before / after");
        totals.Add("file bytes", Text.Count(report.InputBytes), Text.Count(bytes), Ratio((double)report.InputBytes / bytes));
        if (report is { LoadMillisecondsBefore: { } loadBefore, LoadMillisecondsAfter: { } loadAfter })
            totals.Add("load ms", Number(loadBefore), Number(loadAfter), Ratio(loadBefore / loadAfter));
        if (report is { PeakBytesBefore: { } peakBefore, PeakBytesAfter: { } peakAfter })
            totals.Add("load peak MB", Number(peakBefore / 1e6), Number(peakAfter / 1e6), Ratio((double)peakBefore / peakAfter));
        totals.Write(writer);
        writer.WriteLine();
        bool archive = report.Layers.Any(l => l.Positions == "archive");
        writer.WriteLine($"{Ratio((double)report.InputBytes / bytes)} smaller{(archive ? "" : $"; the bound for random positions is {Text.Count((long)Math.Ceiling(report.BoundBytes))} bytes")}.");
        writer.WriteLine(Comparison(report, archive));
    }

    private static string Comparison(PackReport report, bool archive)
    {
        if (report.MaxAbsDifference is not { } difference)
            return archive ? "Outputs were not compared." : "Weights were compared, outputs were not.";
        if (report.Outputs.Count == 0)
            return archive ? "The restored model is the input, byte by byte." : "Weights were compared.";
        if (difference == 0)
            return "Outputs are identical on generated inputs in ONNX Runtime.";
        var worst = report.Outputs.MaxBy(o => o.MaxRelativeDifference)!;
        return $"Outputs differ on generated inputs in ONNX Runtime, most in {Text.Name(worst.Name)}: by {Text.Small(worst.MaxAbsDifference)}, that is {Text.Small(worst.MaxRelativeDifference)} of its largest value, cosine {worst.Cosine.ToString("F4", CultureInfo.InvariantCulture)}.";
    }

    private static string Ratio(double ratio) => ratio.ToString("F2", CultureInfo.InvariantCulture) + "x";

    private static string Number(double number) => number.ToString("F1", CultureInfo.InvariantCulture);
}
