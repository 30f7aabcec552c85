using System.Diagnostics;

namespace PruneSharp.Torch.Tests;

/// <summary>Python with PyTorch, where the machine has it: Debian's package python3-torch.</summary>
internal static class PythonTorch
{
    private static readonly Lazy<string?> _python = new(() => new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(p => Run(p, "import torch").Code == 0));

    /// <summary>Runs a script; skips the test where there is no PyTorch for Python.</summary>
    public static void Run(string script, params string[] arguments)
    {
        Assert.SkipWhen(_python.Value is null, "Python with PyTorch is not installed (Debian's package python3-torch).");
        var (code, error) = Run(_python.Value!, script, arguments);
        Assert.True(code == 0, error);
    }

    private static (int Code, string Error) Run(string python, string script, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", script, .. arguments]) { RedirectStandardError = true })!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, error);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, e.Message);
        }
    }
}
