namespace PruneSharp.Cli.Rendering;

/// <summary>Columns of text; a column whose header starts with a space is right-aligned.</summary>
internal sealed class TextTable(params string[] headers)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(TextWriter writer)
    {
        int[] widths = [.. headers.Select((h, column) => _rows.Select(r => r[column].Length).Append(h.Trim().Length).Max())];
        Line([.. headers.Select(h => h.Trim())]);
        Line([.. widths.Select(w => new string('-', w))]);
        _rows.ForEach(Line);

        void Line(string[] cells) => writer.WriteLine(string.Join("  ", cells.Select((cell, column) =>
            headers[column].StartsWith(' ') ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd());
    }
}
