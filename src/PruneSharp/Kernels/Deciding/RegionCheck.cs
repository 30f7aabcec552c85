using System.Collections.Immutable;

namespace PruneSharp.Kernels;

/// <summary>Checks whether the engine can run a region, before it is taken away from ONNX Runtime.</summary>
internal static class RegionCheck
{
    /// <summary>Packs the region's weights for a trial.</summary>
    /// <param name="graph">The whole graph.</param>
    /// <param name="nodes">The positions of the region's nodes, ascending.</param>
    /// <returns>Why the engine cannot run it; null where it can.</returns>
    public static string? Refusal(LayerGraph graph, ImmutableArray<int> nodes)
    {
        try
        {
            LayerGraph part = graph.Part(nodes);
            if (part.Inputs.IsEmpty || part.Outputs.IsEmpty) return "the region has no inputs or no outputs";
            RegionModelBuilder.Build(part);
            return null;
        }
        catch (Exception error)
        {
            // Whatever it is, the region stays with ONNX Runtime.
            return error.Message.TrimEnd('.');
        }
    }
}
