using PruneSharp.Kernels;

namespace PruneSharp.OnnxRuntime;

/// <summary>How a model is timed with and without the sparse kernels.</summary>
public sealed record SparseBenchOptions
{
    /// <summary>Another model to time densely, such as the one before pruning; null (default) for the same model.</summary>
    public string? Against { get; init; }

    /// <summary>Threads, inputs, runs and cancellation.</summary>
    public LatencyOptions Latency { get; init; } = new();

    /// <summary>What the sparse kernels may claim; its threads are those of <see cref="Latency"/>.</summary>
    public AccelerateOptions Accelerate { get; init; } = new();

    /// <summary>The largest difference of an output, as a fraction of its largest value, that still passes. Default 1e-5.</summary>
    public double Tolerance { get; init; } = 1e-5;
}
