namespace PruneSharp.Onnx;

/// <summary>Units that are constant, and stay.</summary>
/// <param name="Family">A weight and its axis.</param>
/// <param name="Units">How many.</param>
/// <param name="Reason">Why they stay.</param>
public sealed record RefusedUnits(string Family, int Units, string Reason);
