using System.CommandLine;
using PruneSharp.Cli.Rendering;
using PruneSharp.Onnx;

namespace PruneSharp.Cli.Verbs;

/// <summary><c>prunesharp unpack</c>.</summary>
internal static class UnpackVerb
{
    public static Command Create()
    {
        var packed = new Argument<string>("PACKED") { Description = "Path of a packed model, archive or safetensors checkpoint." };
        var output = new Option<string>("--output", "-o") { Description = "Path of the dense file.", HelpName = "OUT", Required = true };
        var force = new Option<bool>("--force") { Description = "Replace an existing file." };
        var json = VerbOptions.Json();
        var command = new Command("unpack", "Write a packed model, archive or checkpoint as a dense one again.") { packed, output, force, json };
        command.SetAction(result =>
        {
            using var interrupt = new Interrupt();
            string input = result.GetRequiredValue(packed), path = result.GetRequiredValue(output);
            if (SafetensorsPacker.Is(input))
            {
                SafetensorsRendering.Show(SafetensorsPacker.Unpack(input, path, result.GetValue(force), interrupt.Token), result.GetValue(json));
                return ExitCode.Done;
            }

            var report = OnnxArchive.Is(input)
                ? OnnxArchive.Unpack(input, path, result.GetValue(force), interrupt.Token)
                : OnnxUnpacker.Unpack(input, path, result.GetValue(force), interrupt.Token);
            if (result.GetValue(json))
                Json.Write(report);
            else
                Render(report, Console.Out);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Render(UnpackReport report, TextWriter writer)
    {
        var table = new TextTable("tensor", "shape", "positions", "values");
        foreach (var layer in report.Layers)
            table.Add(Text.Name(layer.Name), Text.Shape(layer.Shape), layer.Positions, layer.Values);
        table.Write(writer);
        writer.WriteLine();
        writer.WriteLine($"{Text.Count(report.InputBytes)} bytes packed, {Text.Count(report.OutputBytes)} unpacked.");
    }
}
