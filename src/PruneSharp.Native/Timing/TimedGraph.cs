using System.Collections.Immutable;
using PruneSharp.Kernels;
using PruneSharp.OrtApi;

namespace PruneSharp.Native;

/// <summary>What regions of one of ONNX Runtime's graphs need to become models of their own. Valid for the call that ONNX Runtime makes.</summary>
internal sealed unsafe class TimedGraph
{
    private readonly Dictionary<string, nint> _makers = new(StringComparer.Ordinal);
    private readonly NodeReader _nodes;

    /// <summary>Looks at a graph.</summary>
    /// <param name="api">ONNX Runtime.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="layers">The graph in the terms of the engine.</param>
    /// <param name="nodes">The pointers of its nodes.</param>
    public TimedGraph(OrtTable api, void* graph, LayerGraph layers, ImmutableArray<nint> nodes)
    {
        const long LeastIr = 4; // from here on weights need not be inputs
        _nodes = new(api);
        for (int i = 0; i < nodes.Length; i++)
            _makers[Key(layers.Nodes[i])] = nodes[i];
        long version = 0;
        api.Check(((delegate* unmanaged<void*, long*, void*>)api[OrtSlot.Graph_GetOnnxIRVersion])(graph, &version));
        IrVersion = Math.Max(version, LeastIr);
        OperatorSets = Sets(api, graph);
    }

    /// <summary>The version of the format.</summary>
    public long IrVersion { get; }

    /// <summary>The versions of the operators.</summary>
    public ImmutableArray<(string Domain, long Version)> OperatorSets { get; }

    /// <summary>Whether a node is of this graph.</summary>
    public bool Has(LayerNode node) => _makers.ContainsKey(Key(node));

    /// <summary>The attributes of a node with their types.</summary>
    public IReadOnlyList<TypedAttribute> Attributes(LayerNode node) => _nodes.Attributes(_makers[Key(node)]);

    private static string Key(LayerNode node) => node.Outputs.FirstOrDefault(o => o.Length > 0) ?? "";

    private static ImmutableArray<(string, long)> Sets(OrtTable api, void* graph)
    {
        nuint count = 0;
        api.Check(((delegate* unmanaged<void*, nuint*, void*>)api[OrtSlot.Graph_GetNumOperatorSets])(graph, &count));
        var domains = new nint[count];
        var versions = new long[count];
        fixed (nint* domain = domains)
        fixed (long* version = versions)
            api.Check(((delegate* unmanaged<void*, nint*, long*, nuint, void*>)api[OrtSlot.Graph_GetOperatorSets])(graph, domain, version, count));
        return [.. domains.Zip(versions, (domain, version) => (OrtTable.Text((byte*)domain), version))];
    }
}
