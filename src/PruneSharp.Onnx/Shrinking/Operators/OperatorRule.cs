namespace PruneSharp.Onnx;

/// <summary>
/// All that shrinking needs to know of an operator: which slots belong together and over which it adds, what it costs, and what of its
/// attributes and inputs changes when slots go.
/// </summary>
internal abstract class OperatorRule
{
    /// <summary>Says what belongs together. The node's values all have known shapes.</summary>
    /// <returns>Null, or why nothing can be said of this node: then all of its slots are pinned.</returns>
    public abstract string? Couple(GraphNode node, Coupling coupling);

    /// <summary>Multiply-accumulates of one run.</summary>
    /// <param name="node">The node.</param>
    /// <param name="dims">Dimensions of a value, before or after slots went.</param>
    public virtual long Macs(GraphNode node, Func<GraphTensor, IReadOnlyList<long>> dims) => 0;

    /// <summary>Changes attributes and inputs to the new sizes. Constants are cut elsewhere.</summary>
    public virtual void Rewrite(GraphNode node, Rewriting rewriting)
    {
    }

    /// <summary>The product of dimensions.</summary>
    protected static long Product(IEnumerable<long> dims) => dims.Aggregate(1L, (product, dim) => product * dim);
}
