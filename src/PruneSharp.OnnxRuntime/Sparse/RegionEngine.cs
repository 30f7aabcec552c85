using PruneSharp.Kernels;
using PruneSharp.OrtApi;

namespace PruneSharp.OnnxRuntime;

/// <summary>What chooses regions and makes them run.</summary>
/// <param name="Find">Finds the regions of a graph.</param>
/// <param name="Pack">Makes one of them ready to run.</param>
internal sealed record RegionEngine(Func<LayerGraph, AccelerateOptions, IDenseTimer?, RegionPlan> Find, Func<LayerGraph, AccelerateOptions, RegionKernel> Pack)
{
    /// <summary>The sparse engine.</summary>
    public static RegionEngine Sparse { get; } = new(RegionFinder.Find, RegionKernel.Of);
}
