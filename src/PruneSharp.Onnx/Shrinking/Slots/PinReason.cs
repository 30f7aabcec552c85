namespace PruneSharp.Onnx;

/// <summary>Why a class of slots is never removed.</summary>
/// <param name="Node">The node that needs it, or null for the graph's own inputs and outputs.</param>
/// <param name="Text">The reason in words.</param>
internal sealed record PinReason(GraphNode? Node, string Text);
