namespace PruneSharp.Kernels;

/// <summary>What the sparse engine may claim of a model, and how it decides.</summary>
public sealed record AccelerateOptions
{
    /// <summary>Layers below this sparsity are never claimed by themselves, 0..1. Default 0.3: even blocks do not win below.</summary>
    public double MinSparsity { get; init; } = 0.3;

    /// <summary>The threads of the session, as given to ONNX Runtime; 0 (default) for what it takes by itself, one for each physical core.</summary>
    public int Threads { get; init; }

    /// <summary>How it is decided whether a region is worth claiming. Default: by timing it.</summary>
    public ClaimRule Claim { get; init; } = ClaimRule.Measured;

    /// <summary>
    /// How the weights of matrix-vector products (batch 1) are stored. Default float32, exact; float16 and int8 are faster where the weights exceed the caches, and not exact.
    /// </summary>
    public ValueStorage Storage { get; init; } = ValueStorage.Float32;

    /// <summary>
    /// A file that keeps measured decisions between runs, keyed by CPU, versions, model and options, the newest <see cref="DecisionCache.MostEntries"/>; null (default) for
    /// none. It is made where it is missing; one that cannot be read is replaced, with a message. Only for <see cref="ClaimRule.Measured"/>.
    /// </summary>
    public string? CacheFile { get; init; }
}
