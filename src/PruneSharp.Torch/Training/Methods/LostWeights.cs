using System.Globalization;

namespace PruneSharp.Torch;

/// <summary>What methods have in common whose pruned weights never return.</summary>
internal static class LostWeights
{
    /// <summary>Sparsity cannot fall: zeros rank lowest, so they would be pruned again.</summary>
    public static IEnumerable<string> Problems(Plan plan, string method)
    {
        if (plan.Schedule is { } schedule && schedule.Sparsity(schedule.BeginStep) > schedule.FinalSparsity)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"the schedule falls from {schedule.Sparsity(schedule.BeginStep)} to {schedule.FinalSparsity}, but what {method} prunes does not return; choose an initialSparsity of at most {schedule.FinalSparsity}.");
        }
    }
}
