namespace PruneSharp.OnnxRuntime;

/// <summary>A layer with weights in a <see cref="SparseBenchReport"/>.</summary>
/// <param name="Name">The node, or its first output where it has no name.</param>
/// <param name="Operator">The operator.</param>
/// <param name="Sparsity">The fraction of zeros of its weights.</param>
/// <param name="Claimed">Whether the sparse kernels run it.</param>
/// <param name="Format">How they hold its weights; empty where they do not run it.</param>
/// <param name="DenseMilliseconds">Its time in ONNX Runtime by the profiler, with what was fused into it; null where the profiler does not name it.</param>
/// <param name="SparseMilliseconds">Its time in the sparse kernels, with what was fused into it and what prepares its input; null where they do not run it.</param>
/// <param name="SpeedRatio">Dense by sparse; null where one is not known.</param>
/// <param name="Reason">Why it was claimed or left.</param>
public sealed record SparseBenchLayer(
    string Name,
    string Operator,
    double Sparsity,
    bool Claimed,
    string Format,
    double? DenseMilliseconds,
    double? SparseMilliseconds,
    double? SpeedRatio,
    string Reason);
