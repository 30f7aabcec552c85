namespace PruneSharp.Onnx;

/// <summary>A size that the model computes cannot be made to fit a cut. What makes cuts catches it.</summary>
internal sealed class ShapeConflictException(GraphNode node, string reason, IReadOnlyCollection<int> roots) : Exception(reason)
{
    /// <summary>The node that needs the size.</summary>
    public GraphNode Node { get; } = node;

    /// <summary>Classes of slots that take part.</summary>
    public IReadOnlyCollection<int> Roots { get; } = roots;
}
