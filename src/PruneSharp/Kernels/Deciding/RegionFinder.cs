using System.Collections.Immutable;

namespace PruneSharp.Kernels;

/// <summary>Finds the parts of a graph that the sparse engine should take over.</summary>
/// <remarks>
/// Layers that are sparse enough draw the operators around them into regions, in which values stay in the engine's layouts. A region is taken over where it is faster than
/// ONNX Runtime's own kernels: timed in turn with them on the real shapes, or estimated where timing is off or not possible.
/// </remarks>
public static class RegionFinder
{
    /// <summary>Finds the regions.</summary>
    /// <param name="graph">The whole graph.</param>
    /// <param name="options">What may be claimed.</param>
    /// <param name="timer">Times regions densely; null to decide by estimate alone.</param>
    public static RegionPlan Find(LayerGraph graph, AccelerateOptions options, IDenseTimer? timer)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(options);
        GraphRoles roles = new(graph);
        if (options.Claim == ClaimRule.Measured && timer is not null && roles.HasSparse(options.MinSparsity))
        {
            RegionJudge judge = new(graph, options, timer);
            // With dense layers inside, values stay in their layouts; without, ONNX Runtime's own kernels run them. The better of both.
            RegionTrial all = Try(roles, judge, options, _ => true);
            if (!roles.HasDense(options.MinSparsity)) return all.Plan(roles, options);
            RegionTrial sparse = Try(roles, judge, options, index => roles.IsLight(index) || roles.Sparsity(index) >= options.MinSparsity);
            return (sparse.SavedMilliseconds > all.SavedMilliseconds ? sparse : all).Plan(roles, options);
        }

        return Try(roles, null, options, _ => true).Plan(roles, options);
    }

    private static RegionTrial Try(GraphRoles roles, RegionJudge? judge, AccelerateOptions options, Func<int, bool> mayJoin)
    {
        RegionTrial trial = new();
        foreach (List<int> region in RegionGrowth.Grow(roles.Nodes, roles.Roles, roles.Uses, mayJoin))
        {
            if (!region.Any(index => roles.Sparsity(index) >= options.MinSparsity)) continue;
            ImmutableArray<int> originals = [.. region.SelectMany(index => roles.Nodes[index].Originals).Order()];
            trial.Add(region, originals, judge?.Judge(originals) ?? Untimed(roles, options, region, originals));
        }

        return trial;
    }

    private static RegionVerdict Untimed(GraphRoles roles, AccelerateOptions options, List<int> region, ImmutableArray<int> originals)
    {
        if (RegionCheck.Refusal(roles.Graph, originals) is { } refusal) return RegionVerdict.Fails(refusal);
        return options.Claim == ClaimRule.Always ? new RegionVerdict(true, 0, "everything that can be is claimed") : RegionEstimate.Of(roles, region);
    }
}
