using PruneSharp.Kernels;

namespace PruneSharp.OrtApi;

/// <summary>Finds regions, measured ones in the decision cache first.</summary>
/// <param name="options">What may be claimed; its threads are not 0.</param>
/// <param name="runtimeVersion">The version of ONNX Runtime.</param>
/// <param name="warn">Takes what is wrong with the cache, one sentence.</param>
internal sealed class RegionSearch(AccelerateOptions options, string runtimeVersion, Action<string> warn)
{
    /// <summary>Finds the regions of a graph.</summary>
    /// <param name="graph">The whole graph.</param>
    /// <param name="timer">Runs regions densely; null where nothing is timed.</param>
    /// <param name="find">Finds them where the cache has nothing; <see cref="RegionFinder.Find"/> is one.</param>
    public RegionPlan Find(LayerGraph graph, IDenseTimer? timer, Func<LayerGraph, AccelerateOptions, IDenseTimer?, RegionPlan> find)
    {
        if (options is not { Claim: ClaimRule.Measured, CacheFile: { } path } || timer is null)
            return find(graph, options, timer);
        var file = new DecisionFile(path, warn);
        string key = DecisionKey.Of(graph, options, runtimeVersion);
        if (file.Read().Find(key) is { } known)
        {
            if (PlanCheck.Refusal(graph, known) is not { } refusal)
                return known;
            warn($"A decision in the decision cache {path} does not fit the model and is made anew: {refusal}.");
        }

        var plan = find(graph, options, timer);
        if (plan.Layers.Any(layer => layer.Sparsity >= options.MinSparsity)) // else nothing was timed
            file.Add(key, plan);
        return plan;
    }
}
