namespace PruneSharp;

/// <summary>Text out of a file, made fit for an error message.</summary>
internal static class Shown
{
    private const int Most = 120;

    /// <summary>The text without control characters and cut where it is long.</summary>
    public static string Text(string text)
    {
        string cut = text.Length > Most ? text[..Most] + "…" : text;
        return string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }
}
