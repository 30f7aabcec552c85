using System.Globalization;

namespace PruneSharp.Cli.Rendering;

/// <summary>Numbers as people read them, the same in every culture.</summary>
internal static class Text
{
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Percent(double fraction) => (fraction * 100).ToString("F1", CultureInfo.InvariantCulture) + " %";

    public static string Shape(IReadOnlyList<long> shape) => shape.Count == 0 ? "scalar" : string.Join("x", shape);

    /// <summary>A name of at most 48 characters, its middle left out, without control characters.</summary>
    public static string Name(string name)
    {
        name = Plain(name);
        if (name.Length <= 48)
            return name;
        string head = name[..23], tail = name[^24..];
        return $"{(char.IsHighSurrogate(head[^1]) ? head[..^1] : head)}…{(char.IsLowSurrogate(tail[0]) ? tail[1..] : tail)}";
    }

    /// <summary>Text in which control characters, which a hostile name could send to the terminal, are written as escapes.</summary>
    public static string Plain(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(c => char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString()))
        : text;

    public static string Small(double number) => number.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>A bar of ten places, filled by the fraction.</summary>
    public static string Bar(double fraction)
    {
        int filled = (int)Math.Round(Math.Clamp(fraction, 0, 1) * 10);
        return new string('#', filled) + new string('.', 10 - filled);
    }
}
