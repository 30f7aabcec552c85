using System.Text.Json;

namespace PruneSharp;

/// <summary>The keys of one JSON object.</summary>
internal static class JsonKeys
{
    /// <summary>Reports keys that are unknown, with the one that was probably meant, and keys that appear twice.</summary>
    /// <param name="json">An object.</param>
    /// <param name="keys">Those that are known.</param>
    /// <param name="path">What problems write before a key; empty, or with a point at its end.</param>
    /// <param name="problems">One sentence each is added.</param>
    public static void Check(JsonElement json, string[] keys, string path, List<string> problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
        {
            if (!keys.Contains(property.Name))
                problems.Add($"unknown key '{path}{property.Name}'.{NearNames.DidYouMean(property.Name, keys)}");
            if (!seen.Add(property.Name))
                problems.Add($"key '{path}{property.Name}' appears twice.");
        }
    }
}
