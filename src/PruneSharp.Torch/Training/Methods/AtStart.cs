namespace PruneSharp.Torch;

/// <summary>What methods that prune once, before the first step, have in common.</summary>
internal static class AtStart
{
    /// <summary>A schedule would prune later.</summary>
    public static IEnumerable<string> Problems(Plan plan, string method)
    {
        if (plan.Schedule is not null)
            yield return $"{method} prunes once, before the first step, but the plan has schedule {plan.Schedule.Name}; give an amount instead.";
    }
}
