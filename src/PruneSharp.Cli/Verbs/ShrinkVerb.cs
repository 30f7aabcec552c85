using System.CommandLine;
using System.Text;
using PruneSharp.Cli.Rendering;
using PruneSharp.Onnx;
using PruneSharp.OnnxRuntime;

namespace PruneSharp.Cli.Verbs;

/// <summary><c>prunesharp shrink</c>.</summary>
internal static class ShrinkVerb
{
    public static Command Create()
    {
        var model = VerbOptions.Model();
        var output = new Option<string>("--output", "-o") { Description = "Path of the shrunk model; nothing is written without, but everything is checked.", HelpName = "OUT" };
        var targets = new ShrinkTargets();
        var choices = new ShrinkChoices();
        var dim = VerbOptions.Dim();
        var range = VerbOptions.Range();
        var saveCuts = new Option<string>("--save-cuts") { Description = "Write what goes, by name and index, as JSON that --cuts replays.", HelpName = "FILE" };
        var explain = new Option<string>("--explain") { Description = "List every slice that one channel touches, and stop. NAME:INDEX for an output channel, NAME:AXIS:INDEX for others.", HelpName = "NAME:INDEX" };
        var force = new Option<bool>("--force") { Description = "Replace an existing file." };
        var json = VerbOptions.Json();
        var command = new Command("shrink", "Remove channels, heads and hidden units for good; the result is compared with the masked model.") { model, output };
        targets.AddTo(command);
        choices.AddTo(command);
        foreach (var option in new Option[] { saveCuts, explain, dim, range, force, json })
            command.Add(option);
        command.SetAction(result =>
        {
            string input = result.GetRequiredValue(model);
            string? path = result.GetValue(output), cuts = result.GetValue(saveCuts);
            using var interrupt = new Interrupt();
            using var progress = new ProgressLines();
            bool replace = result.GetValue(force), asJson = result.GetValue(json);
            var options = choices.Read(result, targets.IsDead(result), targets.CutsPath(result) is not null) with
            {
                Verify = new() { Dims = VerbOptions.DimsOf(result.GetValue(dim)), Range = VerbOptions.RangeOf(result.GetValue(range)), Tolerance = ShrinkOptions.DefaultTolerance },
                Force = replace,
                Progress = progress,
                Cancellation = interrupt.Token,
            };
            if (result.GetValue(explain) is { } name)
            {
                if (path is not null || cuts is not null || targets.Given(result) > 0)
                    throw new FormatException("--explain only tells; leave -o, --save-cuts and the amount away.");
                ShrinkRendering.Show(input, ModelShrinker.Explain(input, name, options), asJson);
                return ExitCode.Done;
            }

            var target = targets.Read(result, options.Ranking.Align);
            if (cuts is not null && target is ShrinkTarget.Dead)
                throw new FormatException("--dead finds anew what is dead in each checkpoint; leave --save-cuts away.");
            if (cuts is not null)
                OutputFile.CheckFree(cuts, replace, [.. VerbOptions.FilesOf(input), path, targets.CutsPath(result)]);
            // Started first, so that a place where nothing can be written is found out before the model is there.
            using var list = cuts is null ? null : OutputFile.Create(cuts, replace);
            var report = ModelShrinker.Shrink(input, path, target, options);
            list?.Stream.Write(Encoding.UTF8.GetBytes(report.Cuts.ToJson()));
            list?.Commit();
            ShrinkRendering.Show(report, asJson);
            return ExitCode.Done;
        });
        return command;
    }
}
