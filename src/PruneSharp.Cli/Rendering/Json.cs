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

    /// <summary>Writes a report with another as its last property, where there is one.</summary>
    public static void Write<T, TPart>(T report, string name, TPart? part)
        where TPart : class
    {
        var node = JsonSerializer.SerializeToNode(report, Options)!;
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
