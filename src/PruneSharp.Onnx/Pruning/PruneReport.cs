namespace PruneSharp.Onnx;

/// <summary>What pruning a file did. Totals are over <see cref="Layers"/>.</summary>
public sealed record PruneReport
{
    /// <summary>Version of these keys.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Always "prune".</summary>
    public string Command { get; init; } = "prune";

    /// <summary>Path of the input.</summary>
    public required string Model { get; init; }

    /// <summary>Path of the output; null for a dry run.</summary>
    public required string? Output { get; init; }

    /// <summary>Weights of the pruned layers.</summary>
    public required long Parameters { get; init; }

    /// <summary>Zeros among them in the input.</summary>
    public required long ZerosBefore { get; init; }

    /// <summary>Zeros among them in the output.</summary>
    public required long Zeros { get; init; }

    /// <summary>Zeros / Parameters; 0 where there are none.</summary>
    public required double Sparsity { get; init; }

    /// <summary>Bytes of the input with its external data.</summary>
    public required long InputBytes { get; init; }

    /// <summary>Bytes of the output with its external data; null for a dry run.</summary>
    public required long? OutputBytes { get; init; }

    /// <summary>The pruned tensors in file order.</summary>
    public required IReadOnlyList<PrunedLayer> Layers { get; init; }

    /// <summary>Every other constant with the reason.</summary>
    public required IReadOnlyList<SkippedTensor> Skipped { get; init; }

    /// <summary>External data files of earlier outputs of the same name: no longer used by it, and left there since copies may use them.</summary>
    public IReadOnlyList<string> UnusedDataFiles { get; init; } = [];
}
