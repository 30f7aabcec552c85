namespace PruneSharp.Onnx;

/// <summary>One chunk of a packed weight.</summary>
/// <param name="Length">Weights.</param>
/// <param name="Survivors">Weights that are stored.</param>
/// <param name="Advances">How survivors are spread.</param>
/// <param name="PositionBytes">Makes the packed positions.</param>
/// <param name="ValueBytes">Makes the values: stored weights, 16-bit floats, or one byte a code.</param>
internal sealed record UnpackChunk(int Length, int Survivors, AdvanceHistogram Advances, Func<byte[]> PositionBytes, Func<byte[]> ValueBytes);
