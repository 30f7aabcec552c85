namespace PruneSharp.Onnx;

/// <summary>Applies a plan's targets to what a model offers.</summary>
/// <param name="Selected">The weights to prune, in file order.</param>
/// <param name="Skipped">Every other constant with the reason.</param>
public sealed record TargetSelection(IReadOnlyList<ModelWeight> Selected, IReadOnlyList<SkippedTensor> Skipped)
{
    /// <summary>Chooses the weights that a plan is about.</summary>
    /// <exception cref="InvalidPlanException">
    /// A pattern matches nothing that can be pruned; near names are given. Or the plan has a schedule, and files have no training steps.
    /// </exception>
    public static TargetSelection Of(Plan plan, ModelWeights weights)
    {
        if (plan.Schedule is not null)
            throw new InvalidPlanException(["schedule is for networks in training; a file has no training steps, so give an amount in its place."]);
        var problems = plan.Problems().ToList();
        var only = Patterns(plan.Targets.Only, weights, problems);
        var skip = Patterns(plan.Targets.Skip, weights, problems);
        if (problems.Count > 0)
            throw new InvalidPlanException([.. problems.Distinct(StringComparer.Ordinal)]);

        var selected = new List<ModelWeight>();
        var skipped = new List<SkippedTensor>(weights.Skipped);
        foreach (var weight in weights.Prunable)
        {
            if (Reason(plan, weight, only, skip) is { } reason)
                skipped.Add(new(weight.Name, reason));
            else
                selected.Add(weight);
        }

        return new(selected, skipped);
    }

    private static string? Reason(Plan plan, ModelWeight weight, List<NamePattern> only, List<NamePattern> skip)
    {
        if (skip.FirstOrDefault(p => Matches(p, weight)) is { } skipping)
            return $"left out by --skip {skipping.Text}";
        if (only.Count > 0 && !only.Any(p => Matches(p, weight)))
            return "not named by --only";
        if (weight.IsEmbedding && !plan.Targets.Embeddings)
            return "embedding table (prune --embeddings includes it)";
        if (weight.Weights.Data.Length < plan.Targets.MinimumParameters)
            return $"tiny: fewer than {plan.Targets.MinimumParameters} weights (prune --min-parameters)";
        if (plan.Structure == Structure.Unstructured)
            return null;
        if (!weight.HasLayout)
            return $"its way to {weight.Op} cannot be followed, which structure {plan.Structure} needs";
        try
        {
            plan.Structure.UnitCount(weight.Weights);
            return null;
        }
        catch (ArgumentException error)
        {
            return error.Message;
        }
    }

    private static List<NamePattern> Patterns(IReadOnlyList<string> texts, ModelWeights weights, List<string> problems)
    {
        var patterns = new List<NamePattern>();
        foreach (string text in texts)
        {
            try
            {
                var pattern = NamePattern.Parse(text);
                patterns.Add(pattern);
                if (!weights.Prunable.Any(w => Matches(pattern, w)))
                    problems.Add(Unmatched(pattern, weights));
            }
            catch (FormatException)
            {
                // The plan's own problems name it.
            }
        }

        return patterns;
    }

    private static string Unmatched(NamePattern pattern, ModelWeights weights)
    {
        if (weights.Skipped.FirstOrDefault(s => pattern.Matches(s.Name)) is { } skipped)
            return $"'{pattern.Text}' matches only what cannot be pruned: {skipped.Name} ({skipped.Reason}).";
        var near = NearNames.Of(pattern.Text.Replace("*", "", StringComparison.Ordinal), weights.Prunable.SelectMany(w => w.Layers.Append(w.Name)));
        return $"'{pattern.Text}' matches no layer or tensor. {(near.Count == 0 ? "The model has no prunable weights." : $"Near names: {string.Join(", ", near)}.")}";
    }

    private static bool Matches(NamePattern pattern, ModelWeight weight) =>
        pattern.Matches(weight.Name) || weight.Layers.Any(pattern.Matches) || weight.Aliases.Any(pattern.Matches);
}
