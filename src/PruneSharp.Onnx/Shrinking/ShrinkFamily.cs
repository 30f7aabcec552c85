namespace PruneSharp.Onnx;

/// <summary>One family of units.</summary>
/// <param name="Name">A weight and its axis: <c>conv1.weight:0</c> are the outputs of conv1.</param>
/// <param name="Units">Units that it has.</param>
/// <param name="Removed">Units that go.</param>
/// <param name="Operators">Types of the operators whose constants a unit touches, one for each use, sorted.</param>
public sealed record ShrinkFamily(string Name, int Units, int Removed, IReadOnlyList<string> Operators);
