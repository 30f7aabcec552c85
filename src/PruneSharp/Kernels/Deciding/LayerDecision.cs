using System.Text.Json;

namespace PruneSharp.Kernels;

/// <summary>What was decided about one layer with weights.</summary>
/// <param name="Node">The node's name, or its first output where it has none.</param>
/// <param name="Operator">The operator, such as <c>Conv</c>.</param>
/// <param name="Sparsity">The fraction of zeros of its weights, 0..1.</param>
/// <param name="Claimed">Whether the sparse engine runs it.</param>
/// <param name="Format">How its weights are held, such as <c>rows</c>, <c>4x1 blocks</c>; empty where it is not claimed.</param>
/// <param name="Reason">Why it was claimed or left, one sentence.</param>
public sealed record LayerDecision(string Node, string Operator, double Sparsity, bool Claimed, string Format, string Reason)
{
    /// <summary>Writes a JSON object with the properties in camel case.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("node", Node);
        json.WriteString("operator", Operator);
        json.WriteNumber("sparsity", Sparsity);
        json.WriteBoolean("claimed", Claimed);
        json.WriteString("format", Format);
        json.WriteString("reason", Reason);
        json.WriteEndObject();
    }
}
