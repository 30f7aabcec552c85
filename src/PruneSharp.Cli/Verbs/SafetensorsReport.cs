namespace PruneSharp.Cli.Verbs;

/// <summary>What packing or unpacking a checkpoint did.</summary>
internal sealed record SafetensorsReport(
    int SchemaVersion, string Command, string Model, string Output, long InputBytes, long OutputBytes, double SizeRatio, IReadOnlyList<CompressedTensorReport> Tensors);
