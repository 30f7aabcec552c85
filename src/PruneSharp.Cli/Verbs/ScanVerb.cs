using System.CommandLine;
using PruneSharp.Cli.Rendering;
using PruneSharp.Onnx;
using PruneSharp.OnnxRuntime;

namespace PruneSharp.Cli.Verbs;

/// <summary><c>prunesharp scan</c>.</summary>
internal static class ScanVerb
{
    public static Command Create()
    {
        var model = VerbOptions.Model();
        var output = new Option<string>("--output", "-o") { Description = "Write the suggested plan here, for prune --plan.", HelpName = "PLAN" };
        var data = new Option<string>("--data") { Description = "Samples: an .npz file with one array an input, first axis = sample. Default: generated inputs.", HelpName = "FILE" };
        var samples = new Option<int>("--samples") { Description = "Number of samples to use.", HelpName = "N", DefaultValueFactory = _ => 4 };
        var budget = new Option<double>("--budget") { Description = "Greatest change of the outputs that the suggestion may cause.", HelpName = "CHANGE", DefaultValueFactory = _ => 0.05 };
        var metric = new Option<string>("--metric") { Description = "auto is kl for probabilities and relative otherwise.", DefaultValueFactory = _ => "auto" }.AcceptOnlyFromAmong("auto", "kl", "relative");
        var criterion = VerbOptions.Criterion();
        var only = VerbOptions.Only();
        var skip = VerbOptions.Skip();
        var seed = VerbOptions.Seed("Seed of generated inputs, and of criterion random.");
        var dim = VerbOptions.Dim();
        var range = VerbOptions.Range();
        var force = new Option<bool>("--force") { Description = "Replace an existing plan file." };
        var json = VerbOptions.Json();
        var command = new Command("scan", "Measure how much the outputs change when each layer is pruned, and suggest an amount for each.")
        {
            model, output, data, samples, budget, metric, criterion, only, skip, seed, dim, range, force, json,
        };
        command.SetAction(result =>
        {
            string? planPath = result.GetValue(output);
            if (planPath is not null)
                OutputFile.CheckFree(planPath, result.GetValue(force), [.. VerbOptions.FilesOf(result.GetRequiredValue(model)), result.GetValue(data)]);
            using var interrupt = new Interrupt();
            using var progress = new ProgressLines();
            var report = SensitivityScan.Run(result.GetRequiredValue(model), new()
            {
                Data = result.GetValue(data),
                Samples = result.GetValue(samples),
                Budget = result.GetValue(budget),
                Metric = Enum.Parse<ChangeMetric>(result.GetValue(metric)!, ignoreCase: true),
                Criterion = VerbOptions.CriterionOf(result.GetValue(criterion)!, result.GetValue(seed)),
                Targets = Recipe.Targets with { Only = result.GetValue(only) ?? [], Skip = result.GetValue(skip) ?? [] },
                Seed = result.GetValue(seed),
                Dims = VerbOptions.DimsOf(result.GetValue(dim)),
                Range = VerbOptions.RangeOf(result.GetValue(range)),
                Progress = progress,
                Cancellation = interrupt.Token,
            });
            progress.Dispose();
            if (planPath is not null)
                PlanFile.Write(planPath, report.Plan, result.GetValue(force));
            if (result.GetValue(json))
                Json.Write(report);
            else
                Render(report, planPath, result.GetResult(samples) is { Implicit: false } ? result.GetValue(samples) : 0, Console.Out);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Render(ScanReport report, string? planPath, int asked, TextWriter writer)
    {
        string[] amounts = [.. report.Layers[0].Changes.Select(c => " " + Text.Percent(c.Amount))];
        var table = new TextTable(["layer", "op", " parameters", .. amounts, " all zero", " suggested"]);
        foreach (var layer in report.Layers)
            table.Add([Text.Name(layer.Name), Text.Name(layer.Op), Text.Count(layer.Parameters), .. layer.Changes.Select(c => Text.Small(c.Change)), Text.Small(layer.Control), Text.Percent(layer.Suggested)]);
        table.Add(["all", "", Text.Count(report.Layers.Sum(l => l.Parameters)), .. amounts.Select(_ => ""), Text.Small(report.Control), Text.Percent(report.SuggestedSparsity)]);
        table.Write(writer);
        writer.WriteLine();
        writer.WriteLine($"Change of the outputs ({(report.Metric == "kl" ? "KL divergence in nats" : "relative error")}) on {report.Samples} {(report.Samples == 1 ? "sample" : "samples")} ({report.Data}), one layer pruned at a time.");
        writer.WriteLine($"All suggestions together: sparsity {Text.Percent(report.SuggestedSparsity)}, measured change {Text.Small(report.TotalChange)} (budget {Text.Small(report.Budget)}).");
        if (report.Samples < asked)
            writer.WriteLine($"{report.Data} holds {report.Samples} of the {asked} samples asked for.");
        if (report.Data.StartsWith("generated", StringComparison.Ordinal))
            writer.WriteLine("Generated inputs are noise, which networks answer differently from real data: decide on samples of your own, with --data.");
        writer.WriteLine(planPath is null
            ? "Save the suggestion with -o PLAN and apply it with prune --plan PLAN."
            : $"Apply it: prunesharp prune {report.Model} -o pruned.onnx --plan {planPath}");
    }
}
