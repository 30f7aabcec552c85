using System.Text.Json.Serialization;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>What shrinking a model gave.</summary>
public sealed record ShrinkReport
{
    /// <summary>Version of these keys.</summary>
    public int SchemaVersion { get; } = 1;

    /// <summary>Always "shrink".</summary>
    public string Command { get; } = "shrink";

    /// <summary>Path of the input.</summary>
    public required string Model { get; init; }

    /// <summary>Path of the shrunk model; null where nothing was to be written.</summary>
    public required string? Output { get; init; }

    /// <summary>Elements of the weights before.</summary>
    public required long ParametersBefore { get; init; }

    /// <summary>Elements of the weights after.</summary>
    public required long ParametersAfter { get; init; }

    /// <summary>Multiply-accumulates of one run before.</summary>
    public required long MacsBefore { get; init; }

    /// <summary>Multiply-accumulates of one run after.</summary>
    public required long MacsAfter { get; init; }

    /// <summary>Bytes of the input with its external data.</summary>
    public required long InputBytes { get; init; }

    /// <summary>Bytes of the output with its external data; null where none was written.</summary>
    public long? OutputBytes { get; init; }

    /// <summary><see cref="InputBytes"/> / <see cref="OutputBytes"/>.</summary>
    public double? SizeRatio => OutputBytes is { } bytes ? (double)InputBytes / bytes : null;

    /// <summary>Median of a run of the input; null where it could not be run.</summary>
    public double? MillisecondsBefore { get; init; }

    /// <summary>Median of a run of the output, measured in turns with the input.</summary>
    public double? MillisecondsAfter { get; init; }

    /// <summary><see cref="MillisecondsBefore"/> / <see cref="MillisecondsAfter"/>.</summary>
    public double? SpeedRatio => MillisecondsBefore / MillisecondsAfter;

    /// <summary>Families that can shrink and what they lost.</summary>
    public required IReadOnlyList<ShrinkFamily> Families { get; init; }

    /// <summary>Families that stay, with the reason.</summary>
    public required IReadOnlyList<RefusedFamily> Refused { get; init; }

    /// <summary>How the output was checked; null where the input does not run.</summary>
    public ShrinkVerification? Verification { get; init; }

    /// <summary>What the user should know.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What went, by name and index.</summary>
    [JsonIgnore]
    public CutList Cuts { get; init; } = new([]);
}
