namespace PruneSharp;

/// <summary>
/// Names of a compressed weight's parts: <c>P.weight</c> is stored as <c>P.shape</c>, <c>P.compressed</c> and so on. Files of the first
/// releases of compressed-tensors have <c>P.weight.shape</c> and so on instead, for weights and biases alike.
/// </summary>
internal static class CompressedNames
{
    public const string Weight = ".weight";
    public const string Shape = ".shape";
    public const string Compressed = ".compressed";
    public const string Bitmask = ".bitmask";
    public const string RowOffsets = ".row_offsets";

    /// <summary>What names of parts end in.</summary>
    public static IReadOnlyList<string> Parts { get; } = [Shape, Compressed, Bitmask, RowOffsets];

    /// <summary>The prefix that the parts of a weight get; null where the name is not that of a weight.</summary>
    public static string? Stem(string name) => name.EndsWith(Weight, StringComparison.Ordinal) ? name[..^Weight.Length] : null;

    /// <summary>Whether the parts of a prefix belong to a tensor of just that name, as in the first releases.</summary>
    public static bool IsFullName(string prefix) => Stem(prefix) is not null || prefix.EndsWith(".bias", StringComparison.Ordinal);

    /// <summary>The name of the dense tensor whose parts have a prefix.</summary>
    public static string Restored(string prefix) => IsFullName(prefix) ? prefix : prefix + Weight;

    /// <summary>What stands before the ending of a part; null where the name has no such ending.</summary>
    public static string? Prefix(string name)
    {
        foreach (string part in Parts)
            if (name.EndsWith(part, StringComparison.Ordinal))
                return name[..^part.Length];
        return null;
    }

    /// <summary>Prefixes that at least two tensors share as parts; a single tensor with such an ending is no compressed weight.</summary>
    public static HashSet<string> Prefixes(SafetensorsFile file) =>
        [.. file.Tensors.Select(t => Prefix(t.Name)).OfType<string>().GroupBy(p => p).Where(g => g.Count() > 1).Select(g => g.Key)];
}
