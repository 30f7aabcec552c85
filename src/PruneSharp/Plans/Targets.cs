namespace PruneSharp;

/// <summary>Which of a model's prunable weights a plan is about.</summary>
public sealed record Targets
{
    /// <summary>Patterns of layer or tensor names, see <see cref="NamePattern"/>; only what one of them matches. Empty: everything.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Patterns of layer or tensor names; what one of them matches is left alone, even where <see cref="Only"/> names it.</summary>
    public IReadOnlyList<string> Skip { get; init; } = [];

    /// <summary>Whether embedding tables are pruned; default true.</summary>
    public bool Embeddings { get; init; } = true;

    /// <summary>Tensors with fewer weights are left alone; default 0.</summary>
    public long MinimumParameters { get; init; }

    /// <summary>Everything that is wrong with these targets, one sentence each.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        foreach (string pattern in Only.Concat(Skip))
        {
            try
            {
                NamePattern.Parse(pattern);
            }
            catch (FormatException error)
            {
                problems.Add(error.Message);
            }
        }

        if (MinimumParameters < 0)
            problems.Add($"minimumParameters is {MinimumParameters}; it cannot be negative.");
        return problems;
    }
}
