namespace PruneSharp.Onnx;

/// <summary>What a model holds. Totals are over <see cref="Layers"/>.</summary>
public sealed record InspectReport
{
    /// <summary>Version of these keys.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Always "inspect".</summary>
    public string Command { get; init; } = "inspect";

    /// <summary>Path of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Weights of the prunable layers.</summary>
    public required long Parameters { get; init; }

    /// <summary>Zeros among them.</summary>
    public required long Zeros { get; init; }

    /// <summary>Zeros / Parameters; 0 where there are none.</summary>
    public required double Sparsity { get; init; }

    /// <summary>Bytes of the model with its external data.</summary>
    public required long InputBytes { get; init; }

    /// <summary>The prunable layers in file order.</summary>
    public required IReadOnlyList<LayerReport> Layers { get; init; }

    /// <summary>Every other constant with the reason.</summary>
    public required IReadOnlyList<SkippedTensor> Skipped { get; init; }
}
