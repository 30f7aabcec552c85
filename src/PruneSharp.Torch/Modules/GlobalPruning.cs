using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>One decision over the remaining entries of several parameters.</summary>
internal static class GlobalPruning
{
    /// <summary>Decides; nothing is changed.</summary>
    public static List<PlannedPruning> Plan(
        IReadOnlyList<(nn.Module Module, string Name)> parameters, prune.BasePruningMethod method, IReadOnlyDictionary<(nn.Module, string), Tensor>? scores)
    {
        Check(parameters, method, scores);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var targets = parameters.Select(p => PruningTarget.Of(p.Module, p.Name, scores?.GetValueOrDefault(p))).ToList();

        // What modules share is ranked at its first place.
        var ranked = targets.DistinctBy(t => t.Original, ReferenceEqualityComparer.Instance).ToList();
        var masks = method is prune.UnstructuredMethod { SelectsByTorch: false } selecting ? Select(ranked, selecting) : Ask(ranked, method);
        var maskOf = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        foreach (var (target, mask) in ranked.Zip(masks))
            maskOf.Add(target.Original, Whole(target, mask).DetachFromDisposeScope());
        return [.. targets.Select(t => PlannedPruning.Of(t, new prune.CustomFromMask(maskOf[t.Original])))];
    }

    private static void Check(IReadOnlyList<(nn.Module Module, string Name)> parameters, prune.BasePruningMethod method, IReadOnlyDictionary<(nn.Module, string), Tensor>? scores)
    {
        if (parameters.Count == 0)
            throw new ArgumentException("There are no parameters to prune; list pairs of a module and a parameter's name.", nameof(parameters));
        if (method.PRUNING_TYPE != PruningType.unstructured)
            throw new ArgumentException($"{method.GetType().Name} is of type {method.PRUNING_TYPE}; only unstructured methods compare entries of different tensors.", nameof(method));
        var seen = new HashSet<(nn.Module, string)>();
        for (int i = 0; i < parameters.Count; i++)
        {
            if (!seen.Add(parameters[i]))
                throw new ArgumentException($"{Label(parameters[i], i)} is listed twice; list each parameter once.", nameof(parameters));
        }

        if (scores?.Keys.FirstOrDefault(key => !seen.Contains(key)) is ({ } module, { } name))
            throw new ArgumentException($"Scores are given for {module.GetType().Name}.{name}, which is not among the parameters.", nameof(scores));
    }

    private static string Label((nn.Module Module, string Name) parameter, int index) => $"{parameter.Module.GetType().Name}.{parameter.Name} (number {index} of the list)";

    // One flat list of remaining entries for each parameter: all of them, or those that the mask keeps.
    private static Tensor Remaining(PruningTarget target)
    {
        var values = target.Ranked.detach();
        return target.Pruned is { } pruned ? values.masked_select(pruned.Mask.eq(1).to(values.device)) : values.reshape(-1);
    }

    private static IReadOnlyList<Tensor> Select(IReadOnlyList<PruningTarget> targets, prune.UnstructuredMethod method)
    {
        var entries = targets.Select((t, i) => RankedTensor.Of(Remaining(t), Label((t.Module, t.Name), i))).ToList();
        try
        {
            long count = Selection.Count(method.amount, entries.Sum(e => e.Weights.Data.Length));
            var masks = Selection.Lowest([.. entries.Select(e => method.Scores(e.Weights))], count);
            return [.. masks.Select((mask, i) => MaskTensor.Of(mask, [mask.Length], targets[i].Weights.dtype, CPU))];
        }
        finally
        {
            entries.ForEach(e => e.Dispose());
        }
    }

    private static IReadOnlyList<Tensor> Ask(IReadOnlyList<PruningTarget> targets, prune.BasePruningMethod method)
    {
        var entries = targets.Select(t => Remaining(t).cpu()).ToList();
        var joined = cat(entries);
        var mask = method.compute_mask(joined, ones_like(joined));
        prune.BasePruningMethod.CheckShape(mask, joined.shape, "The mask that the method computed");
        return mask.split([.. entries.Select(e => e.numel())]);
    }

    private static Tensor Whole(PruningTarget target, Tensor remaining)
    {
        if (target.Pruned is not { } pruned)
            return remaining.reshape(target.Weights.shape);
        var mask = pruned.Mask.cpu();
        return mask.masked_scatter(mask.eq(1), remaining.to(mask.dtype));
    }
}
