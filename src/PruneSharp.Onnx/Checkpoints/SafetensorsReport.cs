namespace PruneSharp.Onnx;

/// <summary>What packing or unpacking a checkpoint did.</summary>
/// <param name="SchemaVersion">Version of these keys.</param>
/// <param name="Command">"pack" or "unpack".</param>
/// <param name="Model">Path of the input.</param>
/// <param name="Output">Path of the output.</param>
/// <param name="InputBytes">Bytes of the input.</param>
/// <param name="OutputBytes">Bytes of the output.</param>
/// <param name="SizeRatio">InputBytes / OutputBytes.</param>
/// <param name="Tensors">What became of each tensor.</param>
public sealed record SafetensorsReport(
    int SchemaVersion, string Command, string Model, string Output, long InputBytes, long OutputBytes, double SizeRatio, IReadOnlyList<CompressedTensorReport> Tensors);
