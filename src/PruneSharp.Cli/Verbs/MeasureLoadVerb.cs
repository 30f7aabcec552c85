using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using PruneSharp.OnnxRuntime;

namespace PruneSharp.Cli.Verbs;

/// <summary>
/// <c>prunesharp measure-load</c>, hidden: loads a model in a process that does nothing else, so that the process's peak memory means
/// something. pack starts it.
/// </summary>
internal static class MeasureLoadVerb
{
    private const string Name = "measure-load";

    public static Command Create()
    {
        var model = VerbOptions.Model();
        var command = new Command(Name, "Load a model and print the milliseconds and the most memory.") { model };
        command.Hidden = true;
        command.SetAction(result =>
        {
            var cost = LoadCost.Measure(result.GetRequiredValue(model));
            using var process = Process.GetCurrentProcess();
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cost.Milliseconds} {process.PeakWorkingSet64}"));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Loads a model in a process of its own; in this one where that cannot be had.</summary>
    public static LoadCost Measure(string model)
    {
        string? host = Environment.ProcessPath, program = Path.Combine(AppContext.BaseDirectory, typeof(MeasureLoadVerb).Assembly.GetName().Name + ".dll");
        if (host is null || !File.Exists(program) || RuntimeInformation.IsOSPlatform(OSPlatform.OSX))
            return LoadCost.Measure(model);
        string[] args = Path.GetFileNameWithoutExtension(host) == "dotnet" ? [program, Name, model] : [Name, model];
        using var process = Process.Start(new ProcessStartInfo(host, args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        string[] words = process.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
        process.WaitForExit();
        _ = error.Result;
        return words is [var milliseconds, var peak] && double.TryParse(milliseconds, CultureInfo.InvariantCulture, out double time) && long.TryParse(peak, CultureInfo.InvariantCulture, out long bytes) && bytes > 0
            ? new(time, bytes)
            : LoadCost.Measure(model);
    }
}
