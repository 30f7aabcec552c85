namespace PruneSharp.Onnx;

/// <summary>The least that can be removed together: some indices of some axes of the model's constants.</summary>
/// <param name="Root">The class of slots.</param>
/// <param name="Cells">By axis of a constant, the indices that go, ascending; in the order of the graph.</param>
internal sealed record ShrinkUnit(int Root, IReadOnlyList<UnitCells> Cells);
