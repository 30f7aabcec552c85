using System.CommandLine;
using PruneSharp.Cli.Rendering;
using PruneSharp.Onnx;
using PruneSharp.OnnxRuntime;

namespace PruneSharp.Cli.Verbs;

/// <summary><c>prunesharp prune</c>.</summary>
internal static class PruneVerb
{
    public static Command Create()
    {
        var model = VerbOptions.Model();
        var output = new Option<string>("--output", "-o") { Description = "Path of the pruned model.", HelpName = "OUT" };
        var planOptions = new PlanOptions();
        var plan = new Option<string>("--plan") { Description = "Take everything from a plan file, as scan writes it.", HelpName = "FILE" };
        var savePlan = new Option<string>("--save-plan") { Description = "Write the plan in use to a file.", HelpName = "FILE" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Decide and report, write nothing." };
        var force = new Option<bool>("--force") { Description = "Replace existing files." };
        var threads = new Option<int>("--threads") { Description = "Threads to use; 0 = one a processor. The result is the same. --bench runs on one thread, unless this says otherwise.", HelpName = "N" };
        var json = VerbOptions.Json();
        var command = new Command("prune", "Set the weights that matter least to zero and write the model.") { model, output };
        planOptions.AddTo(command);
        var range = VerbOptions.Range();
        var dim = VerbOptions.Dim();
        var packing = new PruneAndPack(range, dim);
        packing.AddTo(command);
        var benching = new PruneAndBench(threads, range, dim);
        benching.AddTo(command);
        foreach (var option in new Option[] { range, dim, plan, savePlan, dryRun, force, threads, json })
            command.Add(option);
        command.SetAction(result =>
        {
            string input = result.GetRequiredValue(model);
            string? path = result.GetValue(output), savePath = result.GetValue(savePlan);
            bool dry = result.GetValue(dryRun), replace = result.GetValue(force);
            if (path is null && !dry)
                throw new FormatException("prune needs -o OUT, or --dry-run.");
            var bench = benching.Read(result, input, dry);
            bool packs = packing.IsOn(result, dry), asJson = result.GetValue(json);
            foreach (var option in new Option[] { range, dim })
                if (!packs && bench is null && result.GetResult(option) is { Implicit: false })
                    throw new FormatException($"{option.Name} says how to run the model; add --pack or --bench.");
            if (!dry)
                OutputFile.CheckFree(path!, replace, input, savePath, result.GetValue(plan));
            if (savePath is not null)
                OutputFile.CheckFree(savePath, replace, VerbOptions.FilesOf(input));
            if (result.GetValue(threads) < 0)
                throw new FormatException("--threads must be at least 0.");
            var chosen = result.GetValue(plan) is { } planPath ? planOptions.Read(result, planPath) : planOptions.Build(result, input);
            PruneReport report;
            PackReport? packed = null;
            using (var interrupt = new Interrupt())
            using (var progress = new ProgressLines())
            {
                PruneReport Prune(string? to) => OnnxPruner.Prune(input, to, chosen, new() { DryRun = dry, Force = replace, Threads = result.GetValue(threads), Progress = progress, Cancellation = interrupt.Token });
                if (packs)
                    (report, packed) = packing.Run(result, input, path!, replace, Prune, asJson, interrupt.Token);
                else
                    report = Prune(path);
            }

            if (savePath is not null)
                PlanFile.Write(savePath, chosen, replace);
            if (!asJson)
                Render(report, Console.Out);
            if (packed is not null)
                PackRendering.Show(packed, quiet: asJson);
            SparseBenchReport? timed = null;
            try
            {
                timed = bench is null ? null : PruneAndBench.Run(path!, bench);
            }
            finally
            {
                // The model is there, whatever became of timing it.
                if (asJson)
                    Json.Write(report, ("pack", packed), ("bench", timed));
            }

            if (timed is not null && !asJson)
            {
                Console.Out.WriteLine();
                BenchRendering.Show(timed, json: false);
            }

            return timed is { Pass: false } ? ExitCode.No : ExitCode.Done;
        });
        return command;
    }

    private static void Render(PruneReport report, TextWriter writer)
    {
        var table = new TextTable("layer", "op", "shape", " parameters", " zeros before", " zeros after", " sparsity", "");
        foreach (var layer in report.Layers)
            table.Add(Text.Name(layer.Name), Text.Name(layer.Op), Text.Shape(layer.Shape), Text.Count(layer.Parameters), Text.Count(layer.ZerosBefore), Text.Count(layer.Zeros), Text.Percent(layer.Sparsity), Text.Bar(layer.Sparsity));
        table.Write(writer);
        SkippedTable.Write(report.Skipped, writer);
        writer.WriteLine();

        double before = report.Parameters == 0 ? 0 : (double)report.ZerosBefore / report.Parameters;
        var totals = new TextTable("", " before", " after");
        totals.Add("parameters", Text.Count(report.Parameters), Text.Count(report.Parameters));
        totals.Add("zeros", Text.Count(report.ZerosBefore), Text.Count(report.Zeros));
        totals.Add("sparsity", Text.Percent(before), Text.Percent(report.Sparsity));
        totals.Add("file bytes", Text.Count(report.InputBytes), report.OutputBytes is { } bytes ? Text.Count(bytes) : "dry run");
        totals.Write(writer);
        if (report.UnusedDataFiles.Count > 0)
            writer.WriteLine($"Data files of earlier outputs of this name are still there: {string.Join(", ", report.UnusedDataFiles)}. Delete them if no copy of an older model needs them.");
        if (report.OutputBytes >= report.InputBytes)
            writer.WriteLine("The file is no smaller: ONNX stores a zero in as many bytes as any other number. prunesharp pack makes it smaller.");
    }
}
