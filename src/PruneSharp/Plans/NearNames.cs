namespace PruneSharp;

/// <summary>Names that a mistyped one probably meant.</summary>
public static class NearNames
{
    /// <summary>Up to <paramref name="most"/> names, the closest by edit distance first; names that contain the text come before others.</summary>
    public static IReadOnlyList<string> Of(string text, IEnumerable<string> names, int most = 3) =>
    [
        .. names.Distinct(StringComparer.Ordinal)
            .Select(name => (name, distance: Distance(text, name)))
            .OrderBy(x => x.name.Contains(text, StringComparison.OrdinalIgnoreCase) ? 0 : 1)
            .ThenBy(x => x.distance)
            .ThenBy(x => x.name, StringComparer.Ordinal)
            .Take(most)
            .Select(x => x.name),
    ];

    /// <summary>" Did you mean X?" where a name is close enough to be meant, else nothing.</summary>
    public static string DidYouMean(string text, IEnumerable<string> names) =>
        Of(text, names, 1) is [var near] && Distance(text, near) <= Math.Max(2, text.Length / 2) ? $" Did you mean {near}?" : "";

    // Levenshtein distance, two rows; only the first 100 characters count.
    private static int Distance(string a, string b)
    {
        a = a[..Math.Min(a.Length, 100)];
        b = b[..Math.Min(b.Length, 100)];
        int[] before = [.. Enumerable.Range(0, b.Length + 1)], now = new int[b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
        {
            now[0] = i;
            for (int j = 1; j <= b.Length; j++)
                now[j] = Math.Min(Math.Min(now[j - 1], before[j]) + 1, before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            (before, now) = (now, before);
        }

        return before[b.Length];
    }
}
