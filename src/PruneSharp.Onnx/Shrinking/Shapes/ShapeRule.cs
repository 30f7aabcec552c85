namespace PruneSharp.Onnx;

/// <summary>
/// Dimensions of a node's outputs by those of its inputs, in order: null for an output that is unknown, and null for all where nothing is known. May throw
/// what arithmetic and indexing throw on nonsense; <see cref="ShapeRules"/> takes that as unknown.
/// </summary>
internal delegate long[]?[]? ShapeRule(NodeShapes node);
