using PruneSharp.Kernels;

namespace PruneSharp.OnnxRuntime;

/// <summary>How the sparse execution provider is found, and what it may claim.</summary>
public sealed record SparseProviderOptions
{
    /// <summary>What may be claimed and how it is decided. Its 0 threads (default) stand for those of the session options.</summary>
    public AccelerateOptions Accelerate { get; init; } = new();

    /// <summary>A file that gets what was claimed and why, as JSON, when a session is made; null (default) for none.</summary>
    public string? ReportFile { get; init; }

    /// <summary>
    /// The shared library; null (default) for <c>PRUNESHARP_NATIVE</c> of the environment where it is set, else <c>libprunesharp</c> in the application's folder or in
    /// <c>runtimes/RID/native</c> there. The first library of a process serves all of its sessions.
    /// </summary>
    public string? LibraryPath { get; init; }
}
