using System.Globalization;

namespace PruneSharp;

/// <summary>How much to prune: a count of units, or a fraction of them. <c>1</c> is one unit, <c>1.0</c> all of them.</summary>
public readonly record struct Amount
{
    private Amount(bool isCount, long count, double fraction)
    {
        IsCount = isCount;
        Count = count;
        Fraction = fraction;
    }

    /// <summary>True for a count, false for a fraction.</summary>
    public bool IsCount { get; }

    /// <summary>Units to prune; 0 where this is a fraction.</summary>
    public long Count { get; }

    /// <summary>Fraction to prune, 0 … 1; 0 where this is a count.</summary>
    public double Fraction { get; }

    /// <summary>An absolute number of units.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static Amount OfCount(long count) => count >= 0
        ? new(true, count, 0)
        : throw new ArgumentOutOfRangeException(nameof(count), count, "A count of units cannot be negative. Use 0 or more, or a fraction from 0.0 to 1.0.");

    /// <summary>A fraction of the units.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fraction"/> is NaN or outside [0, 1].</exception>
    public static Amount OfFraction(double fraction) => fraction is >= 0 and <= 1
        ? new(false, 0, fraction + 0.0)
        : throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "A fraction lies between 0.0 and 1.0. For a number of units use a whole number.");

    /// <summary>An absolute number of units.</summary>
    public static implicit operator Amount(int count) => OfCount(count);

    /// <summary>An absolute number of units.</summary>
    public static implicit operator Amount(long count) => OfCount(count);

    /// <summary>A fraction of the units.</summary>
    public static implicit operator Amount(double fraction) => OfFraction(fraction);

    /// <summary>Reads <c>0.8</c> or <c>80%</c> as a fraction and <c>1000</c> as a count; the decimal sign is a point.</summary>
    /// <exception cref="FormatException">The text is none of these, or out of range.</exception>
    public static Amount Parse(string text)
    {
        text = text.Trim();
        const string Expected = "Use a fraction like 0.8, a percentage like 80% or a count like 1000.";
        try
        {
            if (text.Length > 0 && text.All(char.IsAsciiDigit))
                return OfCount(long.Parse(text, CultureInfo.InvariantCulture));
            bool percent = text.EndsWith('%');
            if (double.TryParse(percent ? text[..^1] : text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double number))
                return OfFraction(percent ? number / 100 : number);
        }
        catch (Exception error) when (error is ArgumentOutOfRangeException or OverflowException)
        {
            throw new FormatException($"The amount '{text}' is out of range. {Expected}", error);
        }

        throw new FormatException($"The amount '{text}' is not a number. {Expected}");
    }

    /// <summary>The shortest text that <see cref="Parse"/> reads back: <c>1000</c>, <c>0.8</c>, <c>1.0</c>.</summary>
    public override string ToString()
    {
        if (IsCount)
            return Count.ToString(CultureInfo.InvariantCulture);
        string text = Fraction.ToString("R", CultureInfo.InvariantCulture);
        return text.All(char.IsAsciiDigit) ? text + ".0" : text;
    }
}
