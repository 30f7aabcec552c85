using System.Globalization;
using PruneSharp.Onnx;
using PruneSharp.OnnxRuntime;

namespace PruneSharp.Cli.Rendering;

/// <summary>What shrink prints.</summary>
internal static class ShrinkRendering
{
    public static void Show(ShrinkReport report, bool json)
    {
        foreach (string warning in report.Warnings)
            Console.Error.WriteLine(Text.Plain($"prunesharp: {warning}"));
        if (json)
            Json.Write(report);
        else
            Render(report, Console.Out);
    }

    public static void Show(string model, UnitExplanation explanation, bool json)
    {
        if (json)
        {
            Json.Write(new { SchemaVersion = 1, Command = "shrink", Model = model, Explain = explanation });
            return;
        }

        var writer = Console.Out;
        writer.WriteLine(Text.Plain(explanation.Family is { } family
            ? $"{explanation.Name} is a unit of family {family}. With it go:"
            : $"{explanation.Name} cannot go: {explanation.Reason}. With it would go:"));
        var table = new TextTable("weight", " axis", "indices", "of node");
        Add(table, explanation.Weights);
        table.Write(writer);
        writer.WriteLine();
        var values = new TextTable("value", " axis", "indices", "from node");
        Add(values, explanation.Values);
        values.Write(writer);
    }

    private static void Add(TextTable table, IEnumerable<CutSlice> slices)
    {
        foreach (var slice in slices)
            table.Add(Text.Name(slice.Tensor), slice.Axis.ToString(CultureInfo.InvariantCulture), Ranges(slice.Indices), Text.Name(slice.Node ?? ""));
    }

    // 3, 5-7
    private static string Ranges(IReadOnlyList<int> indices)
    {
        var parts = new List<string>();
        for (int i = 0; i < indices.Count; i++)
        {
            int first = indices[i];
            while (i + 1 < indices.Count && indices[i + 1] == indices[i] + 1)
                i++;
            parts.Add(first == indices[i] ? $"{first}" : $"{first}-{indices[i]}");
        }

        return parts.Count > 8 ? $"{string.Join(", ", parts.Take(8))}, … ({indices.Count})" : string.Join(", ", parts);
    }

    private static void Render(ShrinkReport report, TextWriter writer)
    {
        var table = new TextTable("family", " units", " removed", " kept", "operators");
        foreach (var family in report.Families)
            table.Add(Text.Name(family.Name), Text.Count(family.Units), Text.Count(family.Removed), Text.Count(family.Units - family.Removed), Text.Name(string.Join(" ", family.Operators.CountBy(op => op).Select(op => op.Value == 1 ? op.Key : $"{op.Value}x{op.Key}"))));
        table.Write(writer);
        if (report.Refused.Count > 0)
        {
            writer.WriteLine();
            var refused = new TextTable("stays", "operator", "node", "reason");
            foreach (var family in report.Refused)
                refused.Add(Text.Name(family.Family), Text.Name(family.Operator ?? "-"), Text.Name(family.Node ?? "-"), Text.Plain(family.Reason));
            refused.Write(writer);
        }

        writer.WriteLine();
        var totals = new TextTable("", " before", " after", " before / after");
        totals.Add("parameters", Text.Count(report.ParametersBefore), Text.Count(report.ParametersAfter), Ratio(report.ParametersBefore, report.ParametersAfter));
        totals.Add("multiply-accumulates", Text.Count(report.MacsBefore), Text.Count(report.MacsAfter), Ratio(report.MacsBefore, report.MacsAfter));
        totals.Add("file bytes", Text.Count(report.InputBytes), report.OutputBytes is { } bytes ? Text.Count(bytes) : "-", report.OutputBytes is { } written ? Ratio(report.InputBytes, written) : "-");
        if (report is { MillisecondsBefore: { } before, MillisecondsAfter: { } after })
            totals.Add("milliseconds, 1 thread", Milliseconds(before), Milliseconds(after), Ratio(before, after));
        totals.Write(writer);
        writer.WriteLine();
        writer.WriteLine(Verdict(report));
    }

    private static string Verdict(ShrinkReport report)
    {
        string made = report.Output is null ? "Nothing was written; name an output with -o." : "The shrunk model was written.";
        return report.Verification is not { } check ? $"{made} It was not compared."
            : $"{made} {check.Runs} inputs in ONNX Runtime: largest difference to {check.Reference} {Text.Small(check.MaxAbsDifference)}{(check.Scale > 0 ? $" at values up to {Text.Small(check.Scale)}" : "")}.";
    }

    private static string Ratio(double before, double after) => after > 0 ? (before / after).ToString("F2", CultureInfo.InvariantCulture) + "x" : "-";

    private static string Milliseconds(double number) => number.ToString("F2", CultureInfo.InvariantCulture);
}
