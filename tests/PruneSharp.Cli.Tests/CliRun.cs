using System.Diagnostics;

namespace PruneSharp.Cli.Tests;

/// <summary>Runs the real executable in a folder of its own and keeps what it printed.</summary>
internal sealed record CliRun(int ExitCode, string Out, string Error)
{
    public static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "PruneSharp.Cli.dll");

    public static CliRun Of(string folder, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string arg in args.Prepend(Executable))
            start.ArgumentList.Add(arg);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
    }
}
