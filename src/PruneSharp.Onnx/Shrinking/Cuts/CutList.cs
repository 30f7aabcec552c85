using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PruneSharp.Onnx;

/// <summary>The slices that a shrink removes, by name and index. It can be replayed on another checkpoint of the same graph.</summary>
/// <param name="Slices">By constant and axis.</param>
public sealed record CutList(IReadOnlyList<CutSlice> Slices)
{
    /// <summary>Version of the JSON form.</summary>
    public const int SchemaVersion = 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The list as JSON: <c>{"schemaVersion":1,"slices":[{"tensor":"conv1.weight","axis":0,"indices":[3,7]}]}</c>, a slice a line.</summary>
    public string ToJson() =>
        $"{{\"schemaVersion\":{SchemaVersion},\"slices\":[\n{string.Join(",\n", Slices.Select(s => JsonSerializer.Serialize(s, Options)))}\n]}}\n";

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="FormatException">The text is no cut list.</exception>
    public static CutList FromJson(string json)
    {
        try
        {
            var file = JsonSerializer.Deserialize<File>(json, Options) ?? throw new FormatException("The cut list is empty.");
            if (file.SchemaVersion != SchemaVersion)
                throw new FormatException($"The cut list has schema version {file.SchemaVersion}; this is version {SchemaVersion}.");
            foreach (var slice in file.Slices)
                if (slice is null || slice.Tensor.Length == 0)
                    throw new FormatException("The cut list has an entry without a tensor.");
                else if (slice.Axis < 0 || slice.Indices.Count == 0 || slice.Indices.Any(i => i < 0) || slice.Indices.Zip(slice.Indices.Skip(1)).Any(pair => pair.First >= pair.Second))
                    throw new FormatException($"The cut list's indices of {slice.Tensor} are not ascending numbers from 0.");
            return new(file.Slices);
        }
        catch (JsonException error)
        {
            throw new FormatException($"This is no cut list: {error.Message}", error);
        }
    }

    private sealed record File(int SchemaVersion, IReadOnlyList<CutSlice> Slices);
}
