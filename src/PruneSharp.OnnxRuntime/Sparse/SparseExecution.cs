using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using PruneSharp.Kernels;

namespace PruneSharp.OnnxRuntime;

/// <summary>Runs sparse layers of any ONNX model with PruneSharp's kernels: an execution provider for ONNX Runtime.</summary>
public static class SparseExecution
{
    /// <summary>
    /// Lets sessions of these options run their sparse layers with PruneSharp's kernels. The model file stays as it is; what is not sparse enough stays with ONNX Runtime.
    /// Set <see cref="SessionOptions.IntraOpNumThreads"/> before. Thread-safe; the library is registered once in a process.
    /// </summary>
    /// <param name="session">The options, to which the execution provider is added.</param>
    /// <param name="options">How the library is found and what it may claim; null for the defaults.</param>
    /// <exception cref="FileNotFoundException">The shared library is not there; <see cref="SparseSession"/> does without.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor is too old for the library.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime is older than 1.23, or refuses the library.</exception>
    public static void UseSparse(this SessionOptions session, SparseProviderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        options ??= new();
        var devices = SparseLibrary.Devices(options.LibraryPath);
        session.AppendExecutionProvider(OrtEnv.Instance(), devices, Entries(options, session));
    }

    /// <summary>The same, with the library where it is by default.</summary>
    /// <inheritdoc cref="UseSparse(SessionOptions, SparseProviderOptions)"/>
    public static void UseSparse(this SessionOptions session, AccelerateOptions options) => session.UseSparse(new SparseProviderOptions { Accelerate = options });

    private static Dictionary<string, string> Entries(SparseProviderOptions options, SessionOptions session)
    {
        var accelerate = options.Accelerate;
        int threads = accelerate.Threads > 0 ? accelerate.Threads : session.IntraOpNumThreads;
        var entries = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["min_sparsity"] = accelerate.MinSparsity.ToString("R", CultureInfo.InvariantCulture),
            ["threads"] = threads.ToString(CultureInfo.InvariantCulture),
            ["claim"] = accelerate.Claim.ToString(),
            ["storage"] = accelerate.Storage.ToString(),
        };
        if (accelerate.CacheFile is { } cache)
            entries["cache_file"] = Path.GetFullPath(cache);
        if (options.ReportFile is { } report)
            entries["report_file"] = Path.GetFullPath(report);
        return entries;
    }
}
