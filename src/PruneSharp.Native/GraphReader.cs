using System.Collections.Immutable;
using PruneSharp.Kernels;
using PruneSharp.OrtApi;

namespace PruneSharp.Native;

/// <summary>Turns ONNX Runtime's graphs into the terms of the sparse engine.</summary>
internal sealed unsafe class GraphReader(OrtTable api)
{
    private readonly GraphCalls _calls = new(api);
    private readonly NodeReader _nodes = new(api);
    private readonly ValueReader _values = new(api);

    /// <summary>Whether a graph is inside of a node.</summary>
    public bool IsSubgraph(void* graph) => _calls.Pointer(OrtSlot.Graph_GetParentNode, graph) is not null;

    /// <summary>A whole graph, and ONNX Runtime's pointers of its nodes. The constants are ONNX Runtime's memory, valid for the call that it makes.</summary>
    public (LayerGraph Graph, ImmutableArray<nint> Nodes) Read(void* graph)
    {
        nint[] nodes = _calls.List(OrtSlot.Graph_GetNumNodes, OrtSlot.Graph_GetNodes, graph);
        nint[] inputs = _calls.List(OrtSlot.Graph_GetNumInputs, OrtSlot.Graph_GetInputs, graph);
        nint[] outputs = _calls.List(OrtSlot.Graph_GetNumOutputs, OrtSlot.Graph_GetOutputs, graph);
        _values.Learn(inputs);
        var facts = _values.Read(nodes.SelectMany(_nodes.Values).Concat(inputs), copy: false);
        return (Graph(nodes, [.. inputs.Select(_calls.Name).Where(name => !facts.Constants.ContainsKey(name))], [.. outputs.Select(_calls.Name)], facts), [.. nodes]);
    }

    /// <summary>A region that is to be compiled; its constants are copied.</summary>
    /// <param name="graph">The region.</param>
    /// <param name="fusedNode">The node that stands for it: it says the order of inputs and outputs.</param>
    public LayerGraph ReadRegion(void* graph, void* fusedNode)
    {
        nint[] nodes = _calls.List(OrtSlot.Graph_GetNumNodes, OrtSlot.Graph_GetNodes, graph);
        nint[] inputs = _calls.List(OrtSlot.Node_GetNumInputs, OrtSlot.Node_GetInputs, fusedNode);
        nint[] outputs = _calls.List(OrtSlot.Node_GetNumOutputs, OrtSlot.Node_GetOutputs, fusedNode);
        return Graph(nodes, [.. inputs.Select(_calls.Name)], [.. outputs.Select(_calls.Name)], _values.Read(nodes.SelectMany(_nodes.Values), copy: true));
    }

    private LayerGraph Graph(nint[] nodes, ImmutableArray<string> inputs, ImmutableArray<string> outputs, ValueFacts facts) => new()
    {
        Nodes = [.. nodes.Select(_nodes.Read)],
        Inputs = inputs,
        Outputs = outputs,
        Constants = facts.Constants,
        Shapes = facts.Shapes,
        Floats = facts.Floats,
    };
}
