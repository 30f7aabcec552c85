using System.Collections.Immutable;
using System.Text.Json;

namespace PruneSharp.Kernels;

/// <summary>The JSON of a <see cref="DecisionCache"/>.</summary>
internal static class DecisionJson
{
    private const int Version = 1;

    /// <summary>Writes entries, in order.</summary>
    public static byte[] Write(ImmutableArray<(string Key, RegionPlan Plan)> entries)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", Version);
            json.WriteStartArray("decisions");
            foreach (var (key, plan) in entries) Write(json, key, plan);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>Reads entries.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static ImmutableArray<(string Key, RegionPlan Plan)> Read(ReadOnlyMemory<byte> json)
    {
        if (json.Length > DecisionCache.MostBytes) throw new FormatException($"it has {json.Length} bytes, expected at most {DecisionCache.MostBytes}");
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            int version = document.RootElement.GetProperty("schemaVersion").GetInt32();
            if (version != Version) throw new FormatException($"its schemaVersion is {version}, expected {Version}");
            return [.. document.RootElement.GetProperty("decisions").EnumerateArray().Select(Entry)];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("it is not JSON of decisions", error); // their messages would quote the file
        }
    }

    private static void Write(Utf8JsonWriter json, string key, RegionPlan plan)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WriteStartArray("regions");
        foreach (ImmutableArray<int> region in plan.Regions)
        {
            json.WriteStartArray();
            foreach (int node in region) json.WriteNumberValue(node);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("layers");
        foreach (LayerDecision layer in plan.Layers) layer.WriteTo(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static (string, RegionPlan) Entry(JsonElement entry) =>
    (
        Text(entry, "key"),
        new RegionPlan(
            [.. entry.GetProperty("regions").EnumerateArray().Select(region => region.EnumerateArray().Select(node => node.GetInt32()).ToImmutableArray())],
            [.. entry.GetProperty("layers").EnumerateArray().Select(Layer)]));

    private static LayerDecision Layer(JsonElement layer) => new(
        Text(layer, "node"), Text(layer, "operator"), layer.GetProperty("sparsity").GetDouble(), layer.GetProperty("claimed").GetBoolean(), Text(layer, "format"), Text(layer, "reason"));

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString() ?? throw new FormatException($"a {name} is null");
}
