namespace PruneSharp.Onnx;

/// <summary>Units that have as many indices in the same axes of the same constants, and compete with each other.</summary>
/// <param name="Name">The first constant with the axis whose producer it is, as reports give it.</param>
/// <param name="Units">In order of their first index.</param>
/// <param name="Operators">Types of the operators whose constants it touches, sorted; families with the same ones are isomorphic.</param>
/// <param name="ChangesStatistics">Whether a mean or another statistic is taken over its indices.</param>
/// <param name="Refusal">Why none of its units may go; null where they may.</param>
internal sealed record UnitFamily(string Name, IReadOnlyList<ShrinkUnit> Units, string Operators, bool ChangesStatistics, PinReason? Refusal);
