namespace PruneSharp.Onnx;

/// <summary>What unpacking a file did.</summary>
/// <param name="SchemaVersion">Version of these keys.</param>
/// <param name="Command">Always "unpack".</param>
/// <param name="Model">Path of the input.</param>
/// <param name="Output">Path of the output.</param>
/// <param name="InputBytes">Bytes of the input.</param>
/// <param name="OutputBytes">Bytes of the output.</param>
/// <param name="Layers">The tensors that were packed.</param>
public sealed record UnpackReport(int SchemaVersion, string Command, string Model, string Output, long InputBytes, long OutputBytes, IReadOnlyList<UnpackedLayer> Layers);
