namespace PruneSharp.Onnx;

/// <summary>No axis of any value may lose all of its indices: the first that went stays.</summary>
internal static class NeverEmpty
{
    /// <summary>The classes that go, less those that would leave an axis empty.</summary>
    public static IReadOnlySet<int> Repair(ShrinkAnalysis analysis, IEnumerable<int> roots)
    {
        HashSet<int> removed = [.. roots];
        var slots = analysis.Propagation.Slots;
        foreach (var tensor in analysis.Graph.Tensors)
        {
            for (int axis = 0; axis < tensor.Rank; axis++)
            {
                int count = tensor.Dims![axis], first = slots.First(tensor, axis);
                if (count > 0 && removed.Contains(slots.Root(first)) && Enumerable.Range(first, count).All(slot => removed.Contains(slots.Root(slot))))
                    removed.Remove(slots.Root(first));
            }
        }

        return removed;
    }
}
