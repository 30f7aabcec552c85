namespace PruneSharp.Kernels;

/// <summary>The operators of a graph after simplification, with what the engine can do with each.</summary>
internal sealed class GraphRoles
{
    private readonly double[] _sparsities;

    public GraphRoles(LayerGraph graph)
    {
        Graph = graph;
        Nodes = GraphSimplifier.Simplify(graph);
        Roles = [.. Nodes.Select(node => NodeRoles.Of(node.Node, graph))];
        Uses = new LayerUses([.. Nodes.Select(node => node.Node)], graph.Outputs);
        _sparsities = [.. Roles.Select(role => role.Weights is null ? 0 : Zeros(graph.Constants[role.Weights].Values.Span))];
    }

    public LayerGraph Graph { get; }

    public List<SimpleNode> Nodes { get; }

    public NodeRole[] Roles { get; }

    public LayerUses Uses { get; }

    /// <summary>The fraction of zeros of an operator's weights; 0 where it has none.</summary>
    public double Sparsity(int index) => _sparsities[index];

    /// <summary>Whether an operator has no weights, or those of a depthwise convolution: it belongs to what surrounds it.</summary>
    public bool IsLight(int index) => Roles[index].Weights is not { } weights
        || (Nodes[index].Node.Operator == "Conv" && Graph.Constants[weights].Shape is [_, 1, ..] && Nodes[index].Node.Integers("group", 1)[0] > 1);

    /// <summary>Whether any layer that can be claimed is sparse.</summary>
    public bool HasSparse(double least) => Enumerable.Range(0, Nodes.Count).Any(index => Roles[index].IsUnderstood && _sparsities[index] >= least);

    /// <summary>Whether any layer that can be claimed is dense.</summary>
    public bool HasDense(double least) => Enumerable.Range(0, Nodes.Count).Any(index => Roles[index].IsUnderstood && !IsLight(index) && _sparsities[index] < least);

    private static double Zeros(ReadOnlySpan<float> values) => values.IsEmpty ? 0 : (double)values.Count(0f) / values.Length;
}
