using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>What packing a file did.</summary>
public sealed record PackReport
{
    /// <summary>Version of these keys.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Always "pack".</summary>
    public string Command { get; init; } = "pack";

    /// <summary>Path of the input.</summary>
    public required string Model { get; init; }

    /// <summary>Path of the output; null for a dry run.</summary>
    public required string? Output { get; init; }

    /// <summary>Bytes of the input with its external data.</summary>
    public required long InputBytes { get; init; }

    /// <summary>Bytes of the output with its external data; null for a dry run.</summary>
    public required long? OutputBytes { get; init; }

    /// <summary>InputBytes / OutputBytes; null for a dry run.</summary>
    public double? SizeRatio => OutputBytes is > 0 and var bytes ? (double)InputBytes / bytes : null;

    /// <summary>Least bytes for survivors at random positions with incompressible values, the rest of the file as it is.</summary>
    public required double BoundBytes { get; init; }

    /// <summary>The weights in file order.</summary>
    public required IReadOnlyList<PackedLayer> Layers { get; init; }

    /// <summary>Every other constant with the reason.</summary>
    public required IReadOnlyList<SkippedTensor> Skipped { get; init; }

    /// <summary>Largest |a−b| over all outputs of both models; null where they were not compared, 0 where the files are the same.</summary>
    public double? MaxAbsDifference { get; init; }

    /// <summary>The outputs of both models on the same inputs; empty where they were not compared.</summary>
    public IReadOnlyList<OutputDifference> Outputs { get; init; } = [];

    /// <summary>Milliseconds to load the input into ONNX Runtime, the median of three loads in turn with the output.</summary>
    public double? LoadMillisecondsBefore { get; init; }

    /// <summary>Milliseconds to load the output.</summary>
    public double? LoadMillisecondsAfter { get; init; }

    /// <summary>Most memory of a process that only loads the input; null where none was started for it.</summary>
    public long? PeakBytesBefore { get; init; }

    /// <summary>The same for the output.</summary>
    public long? PeakBytesAfter { get; init; }

    /// <summary>What the user should know.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
