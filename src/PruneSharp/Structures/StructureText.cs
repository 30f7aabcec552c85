using System.Globalization;

namespace PruneSharp;

/// <summary>Structures as words: <c>unstructured</c>, <c>2:4</c>, <c>block:4x1</c>, <c>channel</c>, <c>channel:1</c>.</summary>
public static class StructureText
{
    /// <summary>Reads a structure.</summary>
    /// <param name="text">One of the forms that <see cref="object.ToString"/> of a built-in structure writes.</param>
    /// <param name="norm">n of the Ln norm for channels.</param>
    /// <exception cref="FormatException">The text is none of these, or its numbers are out of range.</exception>
    public static Structure Parse(string text, double norm = 1)
    {
        try
        {
            if (text == "unstructured")
                return Structure.Unstructured;
            if (text == "channel")
                return Structure.Channel(0, norm);
            if (text.StartsWith("channel:", StringComparison.Ordinal))
                return Structure.Channel(Number(text[8..]), norm);
            if (text.StartsWith("block:", StringComparison.Ordinal) && text[6..].Split('x') is [var rows, var columns])
                return Structure.Block(Number(rows), Number(columns));
            if (text.Split(':') is [var n, var m])
                return Structure.NOfM(Number(n), Number(m));
        }
        catch (Exception error) when (error is FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            throw new FormatException(Message(text), error);
        }

        throw new FormatException(Message(text));
    }

    private static string Message(string text) =>
        $"'{text}' is not a structure. Use unstructured, N:M with N ≤ M like 2:4, block:RxC like block:4x1, channel, or channel:AXIS.";

    private static int Number(string text) => int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
