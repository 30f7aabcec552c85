using System.Diagnostics;

namespace PruneSharp.Cli.Tests;

/// <summary>Runs the real executable in a folder of its own and keeps what it printed.</summary>
internal sealed record CliRun(int ExitCode, string Out, string Error)
{
    private static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "PruneSharp.Cli.dll");

    public static CliRun Of(string folder, params string[] args)
    {
        using var process = Start(folder, args);
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
    }

    /// <summary>Starts the executable and sends it a signal after a while; returns when it has ended.</summary>
    public static void Interrupted(string folder, string signal, int milliseconds, params string[] args)
    {
        using var process = Start(folder, args);
        process.WaitForExit(milliseconds);
        using (var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]))
            kill.WaitForExit();
        process.WaitForExit();
    }

    private static Process Start(string folder, string[] args) => Process.Start(new ProcessStartInfo("dotnet", [Executable, .. args])
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
