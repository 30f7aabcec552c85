using System.Globalization;

/// <summary>Numbers as the ledger writes them.</summary>
internal static class Text
{
    public static string Of(double number) => Math.Round(number, 4).ToString("0.####", CultureInfo.InvariantCulture);
}
