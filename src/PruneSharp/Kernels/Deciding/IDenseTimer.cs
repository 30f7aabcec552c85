namespace PruneSharp.Kernels;

/// <summary>Times a region with ONNX Runtime's own kernels, for comparison.</summary>
public interface IDenseTimer
{
    /// <summary>
    /// A region prepared to run densely on inputs of the given shapes, or null where that is not possible; an exception says why, and means the same.
    /// The comparison runs it alternately with the sparse program; the caller disposes it.
    /// </summary>
    IDenseRun? Prepare(LayerGraph region, IReadOnlyList<long[]> inputShapes);
}
