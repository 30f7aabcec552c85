namespace PruneSharp.Onnx;

/// <summary>Between classes of slots and slices of constants by name.</summary>
internal static class CutSlices
{
    /// <summary>The slices of a cut. A constant that stands for several uses is named with a node where they are cut differently.</summary>
    public static CutList Of(Cut cut)
    {
        var slices = new List<CutSlice>();
        foreach (var constant in cut.Graph.Tensors.Where(t => t.IsConstant && t.Uses.Count > 0).GroupBy(t => t.Name, StringComparer.Ordinal))
        {
            var uses = constant.ToList();
            for (int axis = 0; axis < uses[0].Rank; axis++)
            {
                var each = uses.Select(tensor => Removed(cut, tensor, axis)).ToList();
                bool same = each.All(indices => indices.SequenceEqual(each[0]));
                for (int i = 0; i < (same ? 1 : uses.Count); i++)
                    if (each[i].Count > 0)
                        slices.Add(new(constant.Key, axis, each[i], same ? null : uses[i].Uses[0].Node.Name));
            }
        }

        return new(slices);
    }

    /// <summary>The classes that a list removes from a model.</summary>
    /// <exception cref="ArgumentException">The list names what is not there or cannot go, or leaves out what must go with it.</exception>
    public static IReadOnlyList<int> Roots(ShrinkAnalysis analysis, CutList list)
    {
        var slots = analysis.Propagation.Slots;
        var byName = analysis.Graph.Tensors.Where(t => t.IsConstant && t.Uses.Count > 0).ToLookup(t => t.Name, StringComparer.Ordinal);
        var units = analysis.Open.SelectMany(f => f.Units).ToDictionary(u => u.Root);
        var listed = new HashSet<int>();
        var roots = new SortedSet<int>();
        foreach (var slice in list.Slices)
        {
            var tensors = byName[slice.Tensor].Where(t => slice.Node is null || t.Uses.Any(u => u.Node.Name == slice.Node)).ToList();
            if (tensors.Count == 0)
                throw new ArgumentException($"The cut list names {slice.Tensor}, which the model does not have.{NearNames.DidYouMean(slice.Tensor, byName.Select(t => t.Key))}");
            foreach (var tensor in tensors)
            {
                if (slice.Axis >= tensor.Rank || slice.Indices[^1] >= tensor.Dims![slice.Axis])
                    throw new ArgumentException($"The cut list takes index {slice.Indices[^1]} of axis {slice.Axis} of {slice.Tensor}, which has shape [{string.Join(", ", tensor.Dims!)}].");
                foreach (int index in slice.Indices)
                {
                    int root = slots.Root(tensor, slice.Axis, index);
                    if (!units.ContainsKey(root))
                        throw new ArgumentException($"The cut list takes {slice.Tensor}:{slice.Axis}:{index}, which cannot go here: {analysis.Reason(root)}.");
                    listed.Add(slots.First(tensor, slice.Axis) + index);
                    roots.Add(root);
                }
            }
        }

        foreach (int root in roots)
            foreach (var cells in units[root].Cells)
                foreach (int index in cells.Indices)
                    if (!listed.Contains(slots.First(cells.Tensor, cells.Axis) + index))
                        throw new ArgumentException($"The cut list leaves out {cells.Tensor.Name}:{cells.Axis}:{index}, which must go with the rest; it was made for another graph, or with other --attention or --approximate.");
        return [.. roots];
    }

    private static List<int> Removed(Cut cut, GraphTensor tensor, int axis) => [.. Enumerable.Range(0, tensor.Dims![axis]).Where(index => cut.Removes(tensor, axis, index))];
}
