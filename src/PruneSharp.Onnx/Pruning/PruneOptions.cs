namespace PruneSharp.Onnx;

/// <summary>How to carry a plan out on a file.</summary>
public sealed record PruneOptions
{
    /// <summary>Replace an existing output; default false.</summary>
    public bool Force { get; init; }

    /// <summary>Decide and count, write nothing; default false.</summary>
    public bool DryRun { get; init; }

    /// <summary>Threads to use; default 0 = one a processor. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Gets one line of text for each step; default nobody.</summary>
    public IProgress<string>? Progress { get; init; }

    /// <summary>Stops the work between two steps; nothing is left behind then. Default never.</summary>
    public CancellationToken Cancellation { get; init; }
}
