using System.Text.Json;
using PruneSharp.Kernels;

namespace PruneSharp.Native;

/// <summary>What was claimed of a session's model and why.</summary>
internal sealed class ClaimReport
{
    private readonly Dictionary<string, LayerDecision> _layers = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];
    private int _regions;

    /// <summary>In one sentence.</summary>
    public string Summary => $"PruneSharp runs {_layers.Values.Count(l => l.Claimed)} of {_layers.Count} layers with weights, in {_regions} regions.";

    /// <summary>Adds decisions; of a layer that was decided on before the last one counts.</summary>
    public void Add(RegionPlan plan)
    {
        _regions += plan.Regions.Length;
        foreach (var layer in plan.Layers)
            _layers[layer.Node] = layer;
    }

    /// <summary>Adds what was not as it should be.</summary>
    public void Warn(string message) => _warnings.Add(message);

    /// <summary>As a JSON object.</summary>
    public byte[] Json()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new() { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 1);
            json.WriteString("command", "accelerate");
            json.WriteNumber("regionCount", _regions);
            json.WriteStartArray("layers");
            foreach (var layer in _layers.Values)
                layer.WriteTo(json);
            json.WriteEndArray();
            json.WriteStartArray("warnings");
            _warnings.ForEach(json.WriteStringValue);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
