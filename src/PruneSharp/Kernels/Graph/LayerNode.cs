using System.Collections.Immutable;

namespace PruneSharp.Kernels;

/// <summary>One operator of a graph, in the terms of ONNX.</summary>
/// <param name="Name">The node's name; may be empty.</param>
/// <param name="Operator">The operator, such as <c>Conv</c>.</param>
/// <param name="Domain">The operator set; empty for ONNX's own (<c>ai.onnx</c> is written as empty too).</param>
/// <param name="Inputs">The names of the values it reads; an absent optional one is empty.</param>
/// <param name="Outputs">The names of the values it makes; an absent optional one is empty.</param>
/// <param name="Attributes">Its attributes by name; graphs and tensors are left out.</param>
public sealed record LayerNode(
    string Name,
    string Operator,
    string Domain,
    ImmutableArray<string> Inputs,
    ImmutableArray<string> Outputs,
    IReadOnlyDictionary<string, LayerAttribute> Attributes)
{
    /// <summary>What the node is called in reports: its name, or its first output where it has none.</summary>
    public string Title => Name.Length > 0 ? Name : Outputs.FirstOrDefault("");

    /// <summary>The integers of an attribute, or <paramref name="otherwise"/> where it is absent.</summary>
    public ImmutableArray<long> Integers(string name, params ReadOnlySpan<long> otherwise) =>
        Attributes.TryGetValue(name, out LayerAttribute? value) && !value.Integers.IsEmpty ? value.Integers : [.. otherwise];

    /// <summary>The number of an attribute, or <paramref name="otherwise"/> where it is absent.</summary>
    public float Number(string name, float otherwise) =>
        Attributes.TryGetValue(name, out LayerAttribute? value) && !value.Floats.IsEmpty ? value.Floats[0] : otherwise;

    /// <summary>The string of an attribute, or <paramref name="otherwise"/> where it is absent.</summary>
    public string Text(string name, string otherwise) =>
        Attributes.TryGetValue(name, out LayerAttribute? value) && value.Text is { } text ? text : otherwise;

    /// <summary>The name of an input, or empty where it is absent.</summary>
    public string Input(int index) => index < Inputs.Length ? Inputs[index] : "";
}
