using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>What came of one network under one plan.</summary>
/// <param name="Written">Kinds of block in the network.</param>
/// <param name="Hit">Kinds that lost channels.</param>
/// <param name="Refused">Families that stay.</param>
internal sealed record RandomOutcome(IReadOnlySet<string> Written, IReadOnlySet<string> Hit, IReadOnlyList<RefusedFamily> Refused);
