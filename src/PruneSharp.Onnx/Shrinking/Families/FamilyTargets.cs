namespace PruneSharp.Onnx;

/// <summary>Applies the user's patterns to families.</summary>
internal static class FamilyTargets
{
    /// <summary>Why the user left a family out; null where he did not.</summary>
    /// <exception cref="InvalidPlanException">A pattern is none, or matches nothing.</exception>
    public static Func<UnitFamily, string?> Of(Targets targets, IReadOnlyList<UnitFamily> families)
    {
        var problems = new List<string>();
        string[] names = [.. families.SelectMany(Names).Distinct(StringComparer.Ordinal)];
        List<NamePattern> Parse(IEnumerable<string> texts)
        {
            var patterns = new List<NamePattern>();
            foreach (string text in texts)
            {
                try
                {
                    var pattern = NamePattern.Parse(text);
                    if (names.Any(pattern.Matches))
                        patterns.Add(pattern);
                    else
                        problems.Add($"The pattern {text} matches no tensor or node of a family.{NearNames.DidYouMean(text, names)}");
                }
                catch (FormatException error)
                {
                    problems.Add(error.Message);
                }
            }

            return patterns;
        }

        List<NamePattern> only = Parse(targets.Only), skip = Parse(targets.Skip);
        if (problems.Count > 0)
            throw new InvalidPlanException([.. problems]);
        return family => skip.FirstOrDefault(pattern => Names(family).Any(pattern.Matches)) is { } skipping ? $"left out by --skip {skipping.Text}"
            : only.Count > 0 && !only.Any(pattern => Names(family).Any(pattern.Matches)) ? "not named by --only"
            : null;
    }

    private static IEnumerable<string> Names(UnitFamily family) => family.Units[0].Cells
        .SelectMany(cells => cells.Tensor.Uses.Select(use => use.Node.Name).Append(cells.Tensor.Name)).Append(family.Name);
}
