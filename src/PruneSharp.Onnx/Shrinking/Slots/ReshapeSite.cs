namespace PruneSharp.Onnx;

/// <summary>A reshape that splits an axis into finer ones or merges finer ones into it; only one of the finer axes can shrink with it.</summary>
/// <param name="Node">The node.</param>
/// <param name="Merges">Whether the finer axes are those of the input.</param>
/// <param name="CoarseAxis">The axis of the other side.</param>
internal sealed record ReshapeSite(GraphNode Node, bool Merges, int CoarseAxis);
