namespace PruneSharp.Onnx;

/// <summary>Tries a cut of every family, to find those whose sizes the model computes in a way that cannot follow.</summary>
internal static class ShapeTrial
{
    /// <summary>Moves families that cannot follow from the open ones to the closed ones.</summary>
    public static void Close(ShrinkGraph graph, Propagation propagation, List<UnitFamily> open, List<(UnitFamily Family, string Reason)> closed)
    {
        while (open.Count > 0)
        {
            var cut = new Cut(graph, propagation.Slots, open.SelectMany(f => f.Units.Where((_, i) => i % 2 == 1).Select(u => u.Root)));
            if (ShrunkModel.Conflict(cut) is not { } conflict)
                return;
            var roots = conflict.Roots.ToHashSet();
            var hit = open.Where(f => f.Units.Any(u => roots.Contains(u.Root))).ToList();
            if (hit.Count == 0)
                hit = [.. open];
            foreach (var family in hit)
            {
                open.Remove(family);
                closed.Add((family with { Refusal = new(conflict.Node, conflict.Message) }, conflict.Message));
            }
        }
    }
}
