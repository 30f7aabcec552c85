using System.Text.RegularExpressions;

namespace PruneSharp;

/// <summary>
/// A pattern for layer and tensor names: a glob where <c>*</c> is any run of characters and <c>?</c> any one, or after <c>re:</c> a regular
/// expression that must match somewhere. Case counts. Matching takes linear time.
/// </summary>
public sealed class NamePattern
{
    private readonly Regex _regex;

    private NamePattern(string text, Regex regex)
    {
        Text = text;
        _regex = regex;
    }

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">The text is empty or not a regular expression.</exception>
    public static NamePattern Parse(string text)
    {
        const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
        if (text.Length == 0)
            throw new FormatException("A name pattern is empty. Use * to match every name.");
        if (!text.StartsWith("re:", StringComparison.Ordinal))
            return new(text, new("^" + Regex.Escape(text).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$", Options | RegexOptions.Singleline));
        try
        {
            return new(text, new(text[3..], Options));
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"'{text}' is not a usable regular expression: {error.Message}", error);
        }
    }

    /// <summary>Whether a name matches.</summary>
    public bool Matches(string name) => _regex.IsMatch(name);
}
