namespace PruneSharp.Onnx;

/// <summary>One axis over which a node adds or takes statistics.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Node">The node.</param>
/// <param name="Input">Position of the operand that is data.</param>
/// <param name="Axis">Its axis.</param>
/// <param name="Other">Position of the second operand of a product; -1 where there is none.</param>
/// <param name="OtherAxis">The second operand's axis.</param>
internal sealed record ContractionSite(ContractionKind Kind, GraphNode Node, int Input, int Axis, int Other = -1, int OtherAxis = -1);
