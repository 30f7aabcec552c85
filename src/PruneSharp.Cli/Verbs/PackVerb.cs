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
        var model = new Argument<string>("MODEL") { Description = "Path of an ONNX model, or of a safetensors checkpoint (with --format)." };
        var output = new Option<string>("--output", "-o") { Description = "Path of the packed model.", HelpName = "OUT" };
        var positions = PackSettings.Positions();
        var values = PackSettings.Values();
        var only = VerbOptions.Only();
        var skip = VerbOptions.Skip();
        var dim = VerbOptions.Dim();
        var range = VerbOptions.Range();
        var format = new Option<string>("--format") { Description = "For safetensors checkpoints: sparse-bitmask or sparse-24-bitmask, as compressed-tensors wrote them.", HelpName = "FORMAT" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what each encoding would cost, write nothing." };
        var container = new Option<bool>("--container") { Description = "Write the smallest file, an archive (.psz) that unpack turns into the model again; ONNX Runtime cannot load it." };
        var force = new Option<bool>("--force") { Description = "Replace an existing file." };
        var json = VerbOptions.Json();
        var command = new Command("pack", "Store pruned weights sparse; ONNX Runtime rebuilds them when it loads the model.")
        {
            model, output, positions, values, only, skip, dim, range, container, format, dryRun, force, json,
        };
        command.SetAction(result =>
        {
            string? path = result.GetValue(output);
            bool dry = result.GetValue(dryRun);
            if (path is null && !dry)
                throw new FormatException("pack needs -o OUT, or --dry-run.");
            string input = result.GetRequiredValue(model);
            using var interrupt = new Interrupt();
            if (SafetensorsPacker.Is(input) || result.GetValue(format) is not null)
            {
                PackCheckpoint(result, input, path, result.GetValue(format), interrupt.Token);
                return ExitCode.Done;
            }

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
            if (path is not null && path.EndsWith(OnnxArchive.Extension, StringComparison.OrdinalIgnoreCase) != result.GetValue(container))
                throw new FormatException(result.GetValue(container)
                    ? $"--container writes an archive; name it {Path.GetFileNameWithoutExtension(path)}{OnnxArchive.Extension}, so that nobody takes it for a model."
                    : $"{Path.GetFileName(path)} is the name of an archive; add --container, or name a model.");
            if (result.GetValue(container) && (dry || options.Positions is not null))
                throw new FormatException("--container chooses positions itself and always writes; leave --positions and --dry-run away.");
            if (result.GetValue(container))
                PackRendering.RunArchive(input, path!, options, verify, result.GetValue(json));
            else
                PackRendering.Run(input, dry ? null : path, options, verify, result.GetValue(json));
            return ExitCode.Done;
        });
        return command;

        void PackCheckpoint(ParseResult result, string input, string? path, string? name, CancellationToken cancellation)
        {
            if (!SafetensorsPacker.Is(input))
                throw new FormatException($"--format is for safetensors checkpoints; {Path.GetFileName(input)} is none by its name.");
            if (name is null || path is null)
                throw new FormatException("A safetensors checkpoint needs --format sparse-bitmask or sparse-24-bitmask, and -o OUT.");
            if (new Option[] { positions, only, skip, dim, range, container, dryRun }.FirstOrDefault(o => result.GetResult(o) is { Implicit: false }) is { } other)
                throw new FormatException($"{other.Name} is for ONNX models; a safetensors checkpoint takes --format, --values exact or equal, --force and --json.");
            var kept = ValueEncoding.Parse(result.GetRequiredValue(values));
            if (!kept.IsLossless)
                throw new FormatException($"A safetensors checkpoint keeps its values: use --values exact or equal, not {kept}.");
            SafetensorsRendering.Show(SafetensorsPacker.Pack(input, path, CompressedTensorsFormat.Parse(name), kept.KeepsNegativeZeros, result.GetValue(force), cancellation), result.GetValue(json));
        }
    }
}
