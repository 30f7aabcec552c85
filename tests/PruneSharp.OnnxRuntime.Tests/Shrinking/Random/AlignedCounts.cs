using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Channels of convolutions that lost some are left in multiples.</summary>
internal static class AlignedCounts
{
    /// <summary>Checks each channel axis of each convolution: what is left of the families that shrink, beside what stays whole.</summary>
    public static void Check(ShrinkCut cut, int align)
    {
        if (align == 1)
            return;
        var touched = cut.Analysis.Open.Where(f => f.Units.Any(u => cut.Cut.Removed.Contains(u.Root))).SelectMany(f => f.Units.Select(u => u.Root)).ToHashSet();
        foreach (var node in cut.Analysis.Graph.Nodes.Where(n => n.Op == "Conv" && n.Int("group", 1) == 1))
        {
            var weight = node.Input(1)!;
            for (int axis = 0; axis < 2; axis++)
            {
                int left = cut.Cut.Kept(weight, axis).Count(i => touched.Contains(cut.Analysis.Propagation.Slots.Root(weight, axis, i)));
                Assert.True(left % align == 0, $"{left} channels of those that shrink are left on axis {axis} of {weight.Name}, no multiple of {align}.");
            }
        }
    }
}
