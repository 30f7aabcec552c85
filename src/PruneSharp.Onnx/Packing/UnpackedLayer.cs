namespace PruneSharp.Onnx;

/// <summary>A tensor that was packed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dims.</param>
/// <param name="Positions">How its positions were stored.</param>
/// <param name="Values">How its values were stored.</param>
public sealed record UnpackedLayer(string Name, IReadOnlyList<long> Shape, string Positions, string Values);
