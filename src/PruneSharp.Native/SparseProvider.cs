using PruneSharp.Kernels;
using PruneSharp.OrtApi;

namespace PruneSharp.Native;

/// <summary>The execution provider of one session: claims sparse regions of the main graph, and runs them.</summary>
internal sealed unsafe class SparseProvider(SparseFactory factory, ProviderOptions options, OrtLog log)
{
    private readonly GraphReader _reader = new(factory.Api);
    private readonly ClaimReport _report = new();

    /// <summary>ONNX Runtime.</summary>
    public OrtTable Api => factory.Api;

    /// <summary>Claims regions. What cannot be analysed is left to ONNX Runtime, with a message in its log.</summary>
    /// <remarks>ONNX Runtime asks more than once: for sub-graphs of nodes, which stay as they are, and again for what is left when functions have been inlined.</remarks>
    public void Claim(void* graph, void* supportInfo)
    {
        if (_reader.IsSubgraph(graph))
            return;
        try
        {
            var (layers, nodes) = _reader.Read(graph);
            var accelerate = options.Accelerate;
            var timer = accelerate.Claim == ClaimRule.Measured ? new OrtDenseTimer(Api, new(Api, graph, layers, nodes), options.Threads) : null;
            var plan = new RegionSearch(accelerate, Api.Version, Warn).Find(layers, timer, RegionFinder.Find);
            foreach (var region in plan.Regions)
                factory.Ep.Fuse(supportInfo, [.. region.Select(i => nodes[i])]);
            _report.Add(plan);
            log.Info(_report.Summary);
        }
        catch (Exception error)
        {
            Warn($"PruneSharp claims nothing: {error.Message}");
        }

        Save();
    }

    /// <summary>Packs a region that was claimed.</summary>
    /// <param name="graph">The region as a graph of its own.</param>
    /// <param name="fusedNode">The node that stands for it, which says the order of inputs and outputs.</param>
    public CompiledRegion Compile(void* graph, void* fusedNode) => new(Api, RegionKernel.Of(_reader.ReadRegion(graph, fusedNode), options.Accelerate));

    private void Warn(string message)
    {
        _report.Warn(message);
        log.Warning(message);
    }

    private void Save()
    {
        if (options.ReportFile is null)
            return;
        try
        {
            File.WriteAllBytes(options.ReportFile, _report.Json());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            log.Warning($"PruneSharp cannot write its report to {options.ReportFile}: {error.Message}");
        }
    }
}
