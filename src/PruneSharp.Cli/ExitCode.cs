namespace PruneSharp.Cli;

/// <summary>What the command's exit code says.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The answer is no: a check failed.</summary>
    public const int No = 1;

    /// <summary>The command line or a plan makes no sense.</summary>
    public const int BadUsage = 2;

    /// <summary>It could not be done: a bad file, a full disk.</summary>
    public const int CouldNot = 3;
}
