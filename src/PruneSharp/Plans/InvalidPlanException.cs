namespace PruneSharp;

/// <summary>A plan cannot be used; all its problems are listed.</summary>
public sealed class InvalidPlanException : FormatException
{
    /// <summary>Creates the error.</summary>
    public InvalidPlanException(IReadOnlyList<string> problems)
        : base("The plan cannot be used: " + string.Join(" ", problems.Select((p, i) => problems.Count == 1 ? p : $"({i + 1}) {p}"))) =>
        Problems = problems;

    /// <summary>One sentence a problem.</summary>
    public IReadOnlyList<string> Problems { get; }
}
