namespace PruneSharp.Onnx;

/// <summary>A family that stays as it is.</summary>
/// <param name="Family">A weight and its axis.</param>
/// <param name="Node">The node that needs it; null where it is the graph itself, or the user's wish.</param>
/// <param name="Operator">The node's operator.</param>
/// <param name="Reason">Why.</param>
public sealed record RefusedFamily(string Family, string? Node, string? Operator, string Reason);
