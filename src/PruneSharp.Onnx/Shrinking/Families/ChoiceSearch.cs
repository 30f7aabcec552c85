namespace PruneSharp.Onnx;

/// <summary>
/// Decides for every reshape that splits or merges axes which of the finer ones shrinks: the slowest everywhere or the fastest everywhere,
/// whatever lets more parameters go, then each kind of reshape turned round once. Attention follows the user where he says so.
/// </summary>
internal static class ChoiceSearch
{
    // Every kind of reshape costs one more pass over the graph.
    private const int MostKinds = 24;

    /// <summary>The pass with the best choices.</summary>
    public static Propagation Run(ShrinkGraph graph, AttentionUnits attention)
    {
        var free = Propagation.Run(graph, null);
        if (free.Splits.Count == 0)
            return free;
        var open = free.Splits.ToDictionary(s => s.Key, s => Open(s.Key, s.Value, free.Slots));
        var kinds = free.Splits.Keys.Where(s => open[s].Count > 1).GroupBy(s => Kind(s, open[s], free)).ToDictionary(g => g.Key, g => g.ToList());
        bool Settled(ReshapeSite site) => attention is AttentionUnits.Heads or AttentionUnits.Dims && IsAttention(site, free);

        var best = Choose(site => attention == AttentionUnits.Dims && Settled(site) ? open[site].LastOrDefault(-1) : open[site].FirstOrDefault(-1));
        var (result, score) = Try(best);
        if (kinds.Values.All(sites => Settled(sites[0])))
            return result;
        Consider(Choose(site => Settled(site) ? best[site] : open[site].LastOrDefault(-1)));
        foreach (var sites in kinds.OrderBy(k => k.Key, StringComparer.Ordinal).Select(k => k.Value).Where(sites => !Settled(sites[0])).Take(MostKinds))
        {
            int next = open[sites[0]].FirstOrDefault(axis => axis != best[sites[0]]);
            int place = open[sites[0]].ToList().IndexOf(next);
            Consider(Choose(site => sites.Contains(site) ? open[site][place] : best[site]));
        }

        return result;

        Dictionary<ReshapeSite, int> Choose(Func<ReshapeSite, int> live) => free.Splits.Keys.ToDictionary(site => site, live);

        (Propagation, long) Try(Dictionary<ReshapeSite, int> choices)
        {
            var pass = Propagation.Run(graph, choices);
            return (pass, Removable(graph, pass));
        }

        void Consider(Dictionary<ReshapeSite, int> choices)
        {
            var (pass, parameters) = Try(choices);
            if (parameters > score)
                (result, score, best) = (pass, parameters, choices);
        }
    }

    /// <summary>The finer axes of a reshape that could shrink.</summary>
    private static IReadOnlyList<int> Open(ReshapeSite site, IReadOnlyList<int> axes, SlotTable slots)
    {
        var (coarse, fine) = Sides(site);
        return AnyFree(coarse, site.CoarseAxis, slots) ? [.. axes.Where(axis => AnyFree(fine, axis, slots))] : [];
    }

    private static bool AnyFree(GraphTensor tensor, int axis, SlotTable slots)
    {
        int first = slots.First(tensor, axis);
        return Enumerable.Range(first, tensor.Dims![axis]).Any(slot => slots.Pinned(slot) is null);
    }

    private static (GraphTensor Coarse, GraphTensor Fine) Sides(ReshapeSite site) =>
        site.Merges ? (site.Node.Output(0)!, site.Node.Input(0)!) : (site.Node.Input(0)!, site.Node.Output(0)!);

    private static string Kind(ReshapeSite site, IReadOnlyList<int> open, Propagation free)
    {
        var (coarse, fine) = Sides(site);
        return $"{coarse.Dims![site.CoarseAxis]}={string.Join('x', free.Splits[site].Select(axis => fine.Dims![axis]))}:{string.Join(',', open.Select(axis => fine.Dims![axis]))}:{IsAttention(site, free)}";
    }

    private static bool IsAttention(ReshapeSite site, Propagation free)
    {
        var (_, fine) = Sides(site);
        return free.Splits[site].Any(axis => free.Slots.Flags(free.Slots.First(fine, axis)).HasFlag(SlotFlags.Attention));
    }

    private static long Removable(ShrinkGraph graph, Propagation pass) => FamilyFinder.Find(graph, pass)
        .Where(f => f.Refusal is null && f.Units.Count > 1)
        .Sum(f => f.Units.Sum(u => u.Cells.Sum(c => c.Indices.Count * (c.Tensor.Dims!.Aggregate(1L, (p, d) => p * d) / c.Tensor.Dims![c.Axis]))));
}
