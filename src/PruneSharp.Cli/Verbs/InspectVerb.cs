using System.CommandLine;
using PruneSharp.Cli.Rendering;
using PruneSharp.Onnx;

namespace PruneSharp.Cli.Verbs;

/// <summary><c>prunesharp inspect</c>.</summary>
internal static class InspectVerb
{
    public static Command Create()
    {
        var model = VerbOptions.Model();
        var json = VerbOptions.Json();
        var command = new Command("inspect", "List the layers that can be pruned, their zeros and dead filters, and what cannot be pruned and why.") { model, json };
        command.SetAction(result =>
        {
            var report = ModelInspector.Inspect(result.GetRequiredValue(model));
            if (result.GetValue(json))
                Json.Write(report);
            else
                Render(report, Console.Out);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Render(InspectReport report, TextWriter writer)
    {
        var table = new TextTable("layer", "op", "shape", " parameters", " zeros", " sparsity", "", " dead outputs");
        foreach (var layer in report.Layers)
            table.Add(Text.Name(layer.Name), Text.Name(layer.Op), Text.Shape(layer.Shape), Text.Count(layer.Parameters), Text.Count(layer.Zeros), Text.Percent(layer.Sparsity), Text.Bar(layer.Sparsity), layer.DeadOutputs is null ? "?" : $"{layer.DeadOutputs} of {layer.Outputs}");
        table.Add("total", "", $"{report.Layers.Count} layers", Text.Count(report.Parameters), Text.Count(report.Zeros), Text.Percent(report.Sparsity), Text.Bar(report.Sparsity), $"{report.Layers.Sum(l => l.DeadOutputs ?? 0)} of {report.Layers.Sum(l => l.Outputs ?? 0)}");
        table.Write(writer);
        writer.WriteLine();
        writer.WriteLine($"{report.Model}: {Text.Count(report.InputBytes)} bytes");
        SkippedTable.Write(report.Skipped, writer);
    }
}
