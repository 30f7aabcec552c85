using System.CommandLine;
using PruneSharp.Cli.Rendering;
using PruneSharp.OnnxRuntime;

namespace PruneSharp.Cli.Verbs;

/// <summary><c>prunesharp verify</c>.</summary>
internal static class VerifyVerb
{
    public static Command Create()
    {
        var model = VerbOptions.Model();
        var other = new Argument<string>("OTHER") { Description = "Path of the model to compare with it." };
        var seed = VerbOptions.Seed("Seed of the generated inputs.");
        var runs = new Option<int>("--runs") { Description = "Number of inputs to try.", HelpName = "N", DefaultValueFactory = _ => 3 };
        var tolerance = new Option<double>("--tolerance") { Description = "Allowed max|a-b| as a fraction of max|a|, for each output.", HelpName = "T", DefaultValueFactory = _ => 1e-5 };
        var dim = VerbOptions.Dim();
        var range = VerbOptions.Range();
        var json = VerbOptions.Json();
        var command = new Command("verify", "Run two models on the same inputs in ONNX Runtime and compare every output.") { model, other, seed, runs, tolerance, dim, range, json };
        command.SetAction(result =>
        {
            var options = new VerifyOptions
            {
                Seed = result.GetValue(seed),
                Runs = result.GetValue(runs) is >= 1 and var n ? n : throw new FormatException("--runs must be at least 1."),
                Tolerance = result.GetValue(tolerance) is >= 0 and var t ? t : throw new FormatException("--tolerance must be a number of at least 0."),
                Dims = VerbOptions.DimsOf(result.GetValue(dim)),
                Range = VerbOptions.RangeOf(result.GetValue(range)),
            };
            var report = Verifier.Compare(result.GetRequiredValue(model), result.GetRequiredValue(other), options);
            if (result.GetValue(json))
                Json.Write(report);
            else
                Render(report, Console.Out);
            return report.Pass ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }

    private static void Render(VerifyReport report, TextWriter writer)
    {
        var table = new TextTable("output", " max |a-b|", " relative", " cosine", "");
        foreach (var output in report.Outputs)
            table.Add(Text.Name(output.Name), Text.Small(output.MaxAbsDifference), Text.Small(output.MaxRelativeDifference), output.Cosine.ToString("F6", System.Globalization.CultureInfo.InvariantCulture), output.MaxRelativeDifference <= report.Tolerance ? "ok" : "differs");
        table.Write(writer);
        writer.WriteLine();
        foreach (string problem in report.Problems)
            writer.WriteLine(Text.Plain($"{problem}."));
        writer.WriteLine($"{(report.Pass ? "Equal" : "Different")} within {Text.Small(report.Tolerance)} of each output's largest value: {report.Runs} runs on generated inputs, seed {report.Seed}, {string.Join(", ", report.Inputs.Select(i => $"{i.Key} [{string.Join(", ", i.Value)}]"))}.");
    }
}
