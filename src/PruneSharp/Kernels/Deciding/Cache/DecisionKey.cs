using System.Globalization;
using System.Reflection;

namespace PruneSharp.Kernels;

/// <summary>The key of a measured decision: what it was measured on, with and for.</summary>
public static class DecisionKey
{
    private static readonly string _version = typeof(DecisionKey).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? typeof(DecisionKey).Assembly.GetName().Version?.ToString() ?? "";

    /// <summary>The key, in words: processor, vector width, version of the engine, ONNX Runtime, options that matter, hash of the graph.</summary>
    /// <param name="graph">The whole graph.</param>
    /// <param name="options">What may be claimed. Threads must not be 0.</param>
    /// <param name="runtimeVersion">The version of ONNX Runtime.</param>
    public static string Of(LayerGraph graph, AccelerateOptions options, string runtimeVersion)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(options);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{ProcessorName.Value}; {LaneKernels.WidestLanes} lanes; PruneSharp {_version}; ONNX Runtime {runtimeVersion}; threads {options.Threads}; min sparsity {options.MinSparsity:R}; {options.Claim}; {options.Storage}; crc32 {GraphHash.Of(graph)}");
    }
}
