using System.Globalization;
using PruneSharp.Kernels;
using PruneSharp.OrtApi;

namespace PruneSharp.Native;

/// <summary>The options of the execution provider, as text by name.</summary>
/// <param name="Accelerate">What may be claimed: <c>min_sparsity</c>, <c>threads</c>, <c>claim</c> (measured, estimated or always),
/// <c>storage</c> (float32, float16 or int8), <c>cache_file</c>. Its threads are not 0.</param>
/// <param name="Threads">The threads as ONNX Runtime was told; 0 for what it takes by itself.</param>
/// <param name="ReportFile"><c>report_file</c>: where to write what was claimed and why, as JSON; null for nowhere.</param>
internal sealed record ProviderOptions(AccelerateOptions Accelerate, int Threads, string? ReportFile)
{
    /// <summary>Reads the options of a session.</summary>
    /// <exception cref="ArgumentException">A value is not of its kind.</exception>
    public static ProviderOptions Read(SessionEntries entries)
    {
        var options = new AccelerateOptions();
        if (entries.Find("min_sparsity") is { } sparsity)
            options = options with { MinSparsity = double.TryParse(sparsity, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 1 ? value : throw Bad("min_sparsity", sparsity, "a number in 0..1") };
        if (entries.Find("threads") is { } threads)
            options = options with { Threads = int.TryParse(threads, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : throw Bad("threads", threads, "a count, or 0 for all physical cores") };
        if (entries.Find("claim") is { } claim)
            options = options with { Claim = Enum.TryParse(claim, ignoreCase: true, out ClaimRule rule) && Enum.IsDefined(rule) ? rule : throw Bad("claim", claim, "measured, estimated or always") };
        if (entries.Find("storage") is { } storage)
            options = options with { Storage = Enum.TryParse(storage, ignoreCase: true, out ValueStorage kind) && Enum.IsDefined(kind) ? kind : throw Bad("storage", storage, "float32, float16 or int8") };
        int known = options.Threads > 0 ? options.Threads : PhysicalCores.Count;
        return new(options with { Threads = known, CacheFile = entries.Find("cache_file") is { Length: > 0 } cache ? cache : null }, options.Threads, entries.Find("report_file"));
    }

    private static ArgumentException Bad(string name, string found, string expected) => new($"Provider option {name} is '{found}'; expected {expected}.");
}
