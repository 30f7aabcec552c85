namespace PruneSharp.Onnx;

/// <summary>A weight and the encoding that was chosen for it.</summary>
internal sealed record PlannedWeight(PackableWeight Weight, PositionEncoding Positions, PackedLayer Layer);
