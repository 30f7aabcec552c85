using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>One form of an operator that channels go through, and what shrinking does with them.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Form">Which of its forms, in a few words; empty where there is one.</param>
/// <param name="Model">Makes a small model whose constant <c>first</c> makes the channels.</param>
internal sealed record ShrinkCase(string Operator, string Form, Func<ModelProto> Model)
{
    /// <summary>The operator's domain; "" for the standard's.</summary>
    public string Domain { get; init; } = "";

    /// <summary>What happens.</summary>
    public ShrinkOutcome Outcome { get; init; }

    /// <summary>Why the channels stay, in the tool's words.</summary>
    public string? Reason { get; init; }

    /// <summary>Units there are, of which half go.</summary>
    public int Units { get; init; } = 8;

    /// <summary>Elements of all weights after half of the units of every family went; null where that is not counted by hand.</summary>
    public long? Parameters { get; init; }

    /// <summary>The constant that makes the channels.</summary>
    public string Producer { get; init; } = "first";

    /// <summary>Allowed difference from the masked model.</summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>False where ONNX Runtime has no kernel: shapes are inferred and nothing is compared.</summary>
    public bool Runs { get; init; } = true;

    /// <summary>The operator with its domain.</summary>
    public string FullName => Domain.Length == 0 ? Operator : $"{Domain}.{Operator}";

    /// <summary>The case's name among all.</summary>
    public string Name => Form.Length == 0 ? FullName : $"{FullName}, {Form}";
}
