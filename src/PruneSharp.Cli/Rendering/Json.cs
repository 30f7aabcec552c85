using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PruneSharp.Cli.Rendering;

/// <summary>Records as one JSON object with camelCase keys; numbers that JSON lacks are the strings "NaN", "Infinity", "-Infinity".</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new PlanConverter() },
    };

    public static void Write<T>(T report) => Console.Out.WriteLine(JsonSerializer.Serialize(report, Options));

    /// <summary>Writes a report with others as its last properties, where there are any.</summary>
    public static void Write<T>(T report, params ReadOnlySpan<(string Name, object? Part)> parts)
    {
        var node = JsonSerializer.SerializeToNode(report, Options)!;
        foreach (var (name, part) in parts)
            if (part is not null)
                node[name] = JsonSerializer.SerializeToNode(part, Options);
        Console.Out.WriteLine(node.ToJsonString(Options));
    }

    private sealed class PlanConverter : JsonConverter<Plan>
    {
        public override Plan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            PlanJson.Read(JsonDocument.ParseValue(ref reader).RootElement.GetRawText());

        public override void Write(Utf8JsonWriter writer, Plan value, JsonSerializerOptions options) => PlanJson.Write(value, writer);
    }
}
