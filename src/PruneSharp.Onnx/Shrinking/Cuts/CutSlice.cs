namespace PruneSharp.Onnx;

/// <summary>Indices of one axis of a constant that go.</summary>
/// <param name="Tensor">Name of the constant.</param>
/// <param name="Axis">Its axis.</param>
/// <param name="Indices">The indices, ascending.</param>
/// <param name="Node">The node that uses it, where one constant is cut differently for several; else null.</param>
public sealed record CutSlice(string Tensor, int Axis, IReadOnlyList<int> Indices, string? Node = null);
