namespace PruneSharp.Onnx;

/// <summary>
/// Values of a node's outputs, in order and in storage order each, by the values of its inputs; null where they are not known. The dimensions are known and hold
/// at most <see cref="ObservedTensor.MostIntegers"/> elements each. May throw as a <see cref="ShapeRule"/> may.
/// </summary>
internal delegate long[][]? IntegerRule(NodeShapes node, long[][] dims);
