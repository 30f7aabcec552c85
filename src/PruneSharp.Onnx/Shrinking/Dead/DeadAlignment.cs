namespace PruneSharp.Onnx;

/// <summary>Takes dead units back until what stays of every weight's axis is a multiple. An axis may hold units of several families.</summary>
internal static class DeadAlignment
{
    /// <summary>The units that go.</summary>
    /// <param name="analysis">The families.</param>
    /// <param name="order">Dead units; the last ones stay first.</param>
    /// <param name="align">Multiple of indices of each axis; 1 for any number.</param>
    public static IReadOnlySet<int> Of(ShrinkAnalysis analysis, IReadOnlyList<int> order, int align)
    {
        HashSet<int> removed = [.. order];
        if (align <= 1)
            return removed;
        var units = analysis.Open.SelectMany(f => f.Units.Where(u => removed.Contains(u.Root)).Select(u => (Unit: u, Multiple: Multiple(f, align)))).ToDictionary(u => u.Unit.Root);
        var axes = new Dictionary<(GraphTensor Tensor, int Axis), (int Multiple, List<int> Roots)>();
        foreach (int root in order)
        {
            foreach (var cells in units[root].Unit.Cells.Where(c => c.Tensor.Rank > 1))
            {
                if (!axes.TryGetValue((cells.Tensor, cells.Axis), out var axis))
                    axes[(cells.Tensor, cells.Axis)] = axis = (units[root].Multiple, []);
                axis.Roots.Add(root);
            }
        }

        bool changed = true;
        while (changed)
        {
            changed = false;
            foreach (var ((tensor, axis), (multiple, roots)) in axes)
            {
                while (Kept(tensor, axis, roots) % multiple != 0 && roots.FindLast(removed.Contains) is var back && removed.Remove(back))
                    changed = true;
            }
        }

        return removed;

        int Kept(GraphTensor tensor, int axis, List<int> roots) => tensor.Dims![axis]
            - roots.Where(removed.Contains).Sum(root => units[root].Unit.Cells.Where(c => c.Tensor == tensor && c.Axis == axis).Sum(c => c.Indices.Count));
    }

    private static int Multiple(UnitFamily family, int align) =>
        Alignment.Step(family, align) == 1 ? 1 : Alignment.Multiple(align, family.Units[0].Cells.Any(c => c.Tensor.Rank > 2));
}
