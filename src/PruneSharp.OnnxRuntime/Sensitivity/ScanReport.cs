namespace PruneSharp.OnnxRuntime;

/// <summary>What a sensitivity scan found.</summary>
public sealed record ScanReport
{
    /// <summary>Version of these keys.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Always "scan".</summary>
    public string Command { get; init; } = "scan";

    /// <summary>Path of the model.</summary>
    public required string Model { get; init; }

    /// <summary>"kl" (nats) or "relative".</summary>
    public required string Metric { get; init; }

    /// <summary>Samples that the outputs were measured on.</summary>
    public required int Samples { get; init; }

    /// <summary>Where the samples come from: a file name, or "generated, seed N".</summary>
    public required string Data { get; init; }

    /// <summary>Greatest total change that the suggestion may cause.</summary>
    public required double Budget { get; init; }

    /// <summary>Measured change with every layer pruned by its suggested amount.</summary>
    public required double TotalChange { get; init; }

    /// <summary>Change with all layers zeroed: the far end of the scale.</summary>
    public required double Control { get; init; }

    /// <summary>Sparsity of the scanned layers together under the suggestion.</summary>
    public required double SuggestedSparsity { get; init; }

    /// <summary>The scanned layers in file order.</summary>
    public required IReadOnlyList<LayerSensitivity> Layers { get; init; }

    /// <summary>Constants that were not scanned, with the reason.</summary>
    public required IReadOnlyList<SkippedTensor> Skipped { get; init; }

    /// <summary>The suggestion as a plan for pruning.</summary>
    public required Plan Plan { get; init; }
}
