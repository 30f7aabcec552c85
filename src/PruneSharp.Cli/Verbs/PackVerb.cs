using System.CommandLine;
using PruneSharp.Cli.Rendering;
using PruneSharp.Onnx;
using PruneSharp.OnnxRuntime;

namespace PruneSharp.Cli.Verbs;

/// <summary><c>prunesharp pack</c>.</summary>
internal static class PackVerb
{
    public static Command Create()
    {
        var model = VerbOptions.Model();
        var output = new Option<string>("--output", "-o") { Description = "Path of the packed model.", HelpName = "OUT" };
        var positions = PackSettings.Positions();
        var values = PackSettings.Values();
        var only = VerbOptions.Only();
        var skip = VerbOptions.Skip();
        var dim = VerbOptions.Dim();
        var range = VerbOptions.Range();
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what each encoding would cost, write nothing." };
        var container = new Option<bool>("--container") { Description = "Write the smallest file, an archive (.psz) that unpack turns into the model again; ONNX Runtime cannot load it." };
        var force = new Option<bool>("--force") { Description = "Replace an existing file." };
        var json = VerbOptions.Json();
        var command = new Command("pack", "Store pruned weights sparse; ONNX Runtime rebuilds them when it loads the model.")
        {
            model, output, positions, values, only, skip, dim, range, container, dryRun, force, json,
        };
        command.SetAction(result =>
        {
            string? path = result.GetValue(output);
            bool dry = result.GetValue(dryRun);
            if (path is null && !dry)
                throw new FormatException("pack needs -o OUT, or --dry-run.");
            using var interrupt = new Interrupt();
            using var progress = new ProgressLines();
            var options = new PackOptions
            {
                Positions = PositionEncoding.Parse(result.GetRequiredValue(positions)),
                Values = ValueEncoding.Parse(result.GetRequiredValue(values)),
                Targets = new() { Only = result.GetValue(only) ?? [], Skip = result.GetValue(skip) ?? [] },
                Force = result.GetValue(force),
                Progress = progress,
                Cancellation = interrupt.Token,
            };
            var verify = new VerifyOptions { Dims = VerbOptions.DimsOf(result.GetValue(dim)), Range = VerbOptions.RangeOf(result.GetValue(range)) };
            if (result.GetValue(container) && (dry || options.Positions is not null))
                throw new FormatException("--container chooses positions itself and always writes; leave --positions and --dry-run away.");
            if (result.GetValue(container))
                PackRendering.RunArchive(result.GetRequiredValue(model), path!, options, verify, result.GetValue(json));
            else
                PackRendering.Run(result.GetRequiredValue(model), dry ? null : path, options, verify, result.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }
}
