using System.Globalization;
using System.Text;

namespace PruneSharp.Torch;

/// <summary>A model's layers; its text is a table.</summary>
/// <param name="Layers">The modules in order, the root first.</param>
/// <param name="ParameterCount">Entries of all parameters; shared ones count once.</param>
/// <param name="KeptCount">How many of them are not 0.</param>
/// <param name="Macs">Multiplications of weights in the layers where they are known.</param>
/// <param name="KeptMacs">Those with weights that are not 0.</param>
public sealed record ModelSummary(IReadOnlyList<LayerSummary> Layers, long ParameterCount, long KeptCount, long Macs, long KeptMacs)
{
    /// <summary>Fraction of zeros among all parameters.</summary>
    public double Sparsity => ParameterCount == 0 ? 0 : 1 - (double)KeptCount / ParameterCount;

    /// <inheritdoc/>
    public override string ToString()
    {
        string[][] rows =
        [
            ["layer", "type", "output", "parameters", "left", "sparsity", "MACs", "left"],
            .. Layers.Select(l => (string[])
            [
                l.Name.Length == 0 ? "(model)" : l.Name, l.ModuleType, l.OutputShape is null ? "" : $"[{string.Join(", ", l.OutputShape)}]",
                Number(l.ParameterCount), Number(l.KeptCount), l.ParameterCount == 0 ? "" : Percent(l.Sparsity), l.Macs is { } macs ? Number(macs) : "", l.KeptMacs is { } kept ? Number(kept) : "",
            ]),
            ["total", "", "", Number(ParameterCount), Number(KeptCount), Percent(Sparsity), Number(Macs), Number(KeptMacs)],
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (string[] row in rows)
            text.AppendLine(string.Join("  ", row.Select((cell, column) => column < 3 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        return text.ToString();
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double value) => value.ToString("P1", CultureInfo.InvariantCulture);
}
