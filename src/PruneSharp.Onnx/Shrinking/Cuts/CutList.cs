using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PruneSharp.Onnx;

/// <summary>The slices that a shrink removes, by name and index. It can be replayed on another checkpoint of the same graph.</summary>
/// <param name="Slices">By constant and axis.</param>
public sealed record CutList(IReadOnlyList<CutSlice> Slices)
{
    /// <summary>Version of the JSON form.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The list as JSON: <c>{"schemaVersion":1,"slices":[{"tensor":"conv1.weight","axis":0,"indices":[3,7]}]}</c>, a slice a line.</summary>
    public string ToJson()
    {
        var text = new StringBuilder($"{{\"schemaVersion\":{SchemaVersion},\"slices\":[\n");
        for (int i = 0; i < Slices.Count; i++)
            text.Append(Line(Slices[i])).Append(i + 1 < Slices.Count ? ",\n" : "\n");
        return text.Append("]}\n").ToString();
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="FormatException">The text is no cut list.</exception>
    public static CutList FromJson(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = Object(document.RootElement, "cut list", "schemaVersion", "slices");
            int version = Integer(root.GetProperty("schemaVersion"));
            if (version != SchemaVersion)
                throw new FormatException($"The cut list has schema version {version}; this is version {SchemaVersion}.");
            return new([.. root.GetProperty("slices").EnumerateArray().Select(Slice)]);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException($"This is no cut list: {error.Message}", error);
        }
    }

    private static CutSlice Slice(JsonElement element)
    {
        var slice = Object(element, "entry of the cut list", "tensor", "axis", "indices", "node");
        var read = new CutSlice(
            slice.GetProperty("tensor").GetString() ?? "",
            Integer(slice.GetProperty("axis")),
            [.. slice.GetProperty("indices").EnumerateArray().Select(Integer)],
            slice.TryGetProperty("node", out var node) ? node.GetString() : null);
        if (read.Tensor.Length == 0)
            throw new FormatException("The cut list has an entry without a tensor.");
        return read.Axis < 0 || read.Indices.Count == 0 || read.Indices[0] < 0 || read.Indices.Zip(read.Indices.Skip(1)).Any(pair => pair.First >= pair.Second)
            ? throw new FormatException($"The cut list's indices of {read.Tensor} are not ascending numbers from 0.")
            : read;
    }

    private static JsonElement Object(JsonElement element, string what, params string[] keys)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new FormatException($"The {what} is no JSON object.");
        foreach (var property in element.EnumerateObject())
            if (!keys.Contains(property.Name))
                throw new FormatException($"The {what} has a key {property.Name}; expected {string.Join(", ", keys)}.");
        return element;
    }

    private static int Integer(JsonElement element) => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int number)
        ? number
        : throw new FormatException($"The cut list has {element.GetRawText()} where a whole number belongs.");

    private static string Line(CutSlice slice)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("tensor", slice.Tensor);
            writer.WriteNumber("axis", slice.Axis);
            writer.WriteStartArray("indices");
            foreach (int index in slice.Indices)
                writer.WriteNumberValue(index);
            writer.WriteEndArray();
            if (slice.Node is not null)
                writer.WriteString("node", slice.Node);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
