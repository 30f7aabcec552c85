namespace PruneSharp.Onnx;

/// <summary>Indices of one axis of a constant.</summary>
/// <param name="Tensor">The constant.</param>
/// <param name="Axis">Its axis.</param>
/// <param name="Indices">The indices, ascending.</param>
internal sealed record UnitCells(GraphTensor Tensor, int Axis, IReadOnlyList<int> Indices);
