using System.Globalization;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Where an external tensor's values stand: a file beside the model, an offset and a length.</summary>
/// <param name="Location">The path as written, relative to the model's folder.</param>
/// <param name="Path">The full path, checked to lie inside the model's folder.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes, or null for as many as the shape needs.</param>
internal sealed record ExternalLocation(string Location, string Path, long Offset, long? Length)
{
    /// <summary>Reads the entries of one tensor.</summary>
    /// <exception cref="InvalidModelException">The path is missing or leaves the folder, or a number is malformed.</exception>
    public static ExternalLocation Of(TensorProto tensor, string modelName, string folder)
    {
        string? Entry(string key) => tensor.ExternalData.LastOrDefault(e => e.Key == key)?.Value;
        InvalidModelException Bad(string problem) => new(modelName, $"tensor {tensor.Name} is stored outside the model, but {problem}");
        string location = Entry("location") ?? throw Bad("names no file: the external_data entry 'location' is missing.");
        if (location.Length is 0 or > 1024 || location.Contains('\0') || location.Contains('\\') || System.IO.Path.IsPathRooted(location) || location.Split('/').Contains(".."))
            throw Bad($"its location '{(location.Length > 100 ? location[..100] + "…" : location)}' is not a plain path below the model's folder.");
        string full = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, location));
        string realFolder = RealPath.Of(folder), real = RealPath.Of(full);
        if (!real.StartsWith(System.IO.Path.TrimEndingDirectorySeparator(realFolder) + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw Bad($"its location '{location}' leads out of the model's folder through a link. Copy the file into the folder.");
        return new(location, full, Number("offset") ?? 0, Number("length"));

        long? Number(string key) => Entry(key) switch
        {
            null => null,
            var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) => number,
            var text => throw Bad($"its {key} '{text}' is not a number of bytes."),
        };
    }
}
