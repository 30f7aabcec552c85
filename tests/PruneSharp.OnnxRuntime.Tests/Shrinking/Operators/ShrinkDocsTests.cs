using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class ShrinkDocsTests
{
    private const string Generated = "<!-- below: written by ShrinkDocsTests -->\n";

    [Fact]
    public void Docs_list_every_operator_with_its_tested_forms_and_every_measured_network()
    {
        string root = Root(), path = Path.Combine(root, "docs", "shrink-support.md"), docs = File.ReadAllText(path);
        Assert.Contains(Generated, docs);
        string head = docs[..(docs.IndexOf(Generated, StringComparison.Ordinal) + Generated.Length)];
        string expected = head + Operators(ShrinkCases.All) + Networks(Path.Combine(root, "bench", "results", "shrink.json"));
        if (Environment.GetEnvironmentVariable("PRUNESHARP_WRITE_DOCS") == "1")
            File.WriteAllText(path, expected);
        else
            Assert.True(docs == expected, "docs/shrink-support.md is not what the tests say; run the tests once with PRUNESHARP_WRITE_DOCS=1 to write it.");
    }

    [Fact]
    public void Operators_have_a_row_with_what_goes_and_what_stays()
    {
        static ShrinkCase Of(string form, ShrinkOutcome outcome, string? reason = null) => new("Op", form, () => new()) { Outcome = outcome, Reason = reason };
        string table = Operators([Of("a", ShrinkOutcome.Exact), Of("", ShrinkOutcome.Exact), Of("c", ShrinkOutcome.Approximate), Of("d", ShrinkOutcome.Stays, "x | y"), Of("e", ShrinkOutcome.Stays, "x | y") with { Runs = false }, Of("f", ShrinkOutcome.Stays, "z")]);
        Assert.EndsWith("\n| `Op` | yes; a | c | x \\| y: d; e†<br>z: f |\n", table);
        Assert.EndsWith("\n| `Op` | yes | | |\n", Operators([Of("", ShrinkOutcome.Exact)]));
    }

    [Fact]
    public void The_code_in_the_docs_is_in_a_sample_that_is_built()
    {
        string root = Root(), sample = File.ReadAllText(Path.Combine(root, "samples", "shrink-model.cs"));
        string[] blocks = [.. File.ReadAllText(Path.Combine(root, "docs", "shrink.md")).Split("```csharp\n").Skip(1).Select(block => block.Split("```")[0])];
        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(block, sample));
    }

    [Fact]
    public void The_cut_list_in_the_docs_can_be_replayed()
    {
        string root = Root(), docs = File.ReadAllText(Path.Combine(root, "docs", "shrink.md"));
        var list = CutList.FromJson(docs.Split("```json\n")[1].Split("```")[0]);
        using var model = OnnxModel.Open(Path.Combine(root, "tests", "Toys", "channel_shuffle.onnx"));
        var cut = ShrinkAnalysis.Of(model, StaticShapes.Infer(model)).Replay(list);
        Assert.Equal(1, cut.Families.Sum(f => f.Removed));
        Assert.Equal(list.ToJson(), cut.Slices.ToJson());
    }

    private static string Operators(IReadOnlyList<ShrinkCase> cases)
    {
        var text = new StringBuilder();
        var exact = cases.Where(c => c.Outcome == ShrinkOutcome.Exact);
        text.Append(CultureInfo.InvariantCulture, $"\n{cases.Select(c => c.FullName).Distinct().Count()} operators, {cases.Count} tested forms, {exact.Count()} of them exact.\n\n");
        text.Append("| operator | shrinks | with `--approximate` | stays |\n|---|---|---|---|\n");
        foreach (var op in cases.GroupBy(c => c.FullName).OrderBy(g => g.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"| `{op.Key}` |{Cell(Forms(op.Where(c => c.Outcome == ShrinkOutcome.Exact)))}{Cell(Forms(op.Where(c => c.Outcome == ShrinkOutcome.Approximate)))}{Cell(Kept(op))}\n");
        return text.ToString();
    }

    private static string Forms(IEnumerable<ShrinkCase> cases) => string.Join("; ", cases.OrderBy(c => c.Form.Length > 0).Select(Form));

    private static string Kept(IEnumerable<ShrinkCase> cases) => string.Join("<br>", cases.Where(c => c.Outcome == ShrinkOutcome.Stays).GroupBy(c => c.Reason).Select(g => $"{Escaped(g.Key!)}: {Forms(g)}"));

    private static string Cell(string text) => text.Length == 0 ? " |" : $" {text} |";

    private static string Escaped(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Form(ShrinkCase tested) => $"{(tested.Form.Length == 0 ? "yes" : tested.Form)}{(tested.Runs ? "" : "†")}";

    // One row for each network that bench/shrink/run.py measured.
    private static string Networks(string path)
    {
        var text = new StringBuilder("\n## Networks\n\nHalf of every family, any count (`--amount 0.5 --align 1 --keep-slower`), by `python3 bench/shrink/run.py`, which writes the file that this table is made of.\n");
        if (!File.Exists(path))
            return text.Append("It has not been run.\n").ToString();
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        text.Append("\n| network | verified | parameters before | after | families | kept whole |\n|---|---|--:|--:|--:|--:|\n");
        foreach (var network in json.RootElement.GetProperty("rows").EnumerateObject().OrderBy(n => n.Name, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"| {network.Name} | {Row(network.Value)} |\n");
        return text.ToString();
    }

    private static string Row(JsonElement network)
    {
        if (network.TryGetProperty("error", out var error))
            return $"no: {Escaped(error.GetString()!)} | | | |";
        var half = network.GetProperty("half");
        string verified = string.Create(CultureInfo.InvariantCulture, $"{half.GetProperty("difference").GetDouble():0.0E-0} of the scale, {half.GetProperty("runs").GetInt32()} inputs{(half.GetProperty("nonVacuous").GetBoolean() ? "" : "; masks cannot be seen")}");
        string[] cells =
        [
            verified,
            .. new[] { half.GetProperty("parametersBefore"), half.GetProperty("parametersAfter"), network.GetProperty("families"), network.GetProperty("refused") }.Select(n => n.GetInt64().ToString("N0", CultureInfo.InvariantCulture)),
        ];
        return string.Join(" | ", cells);
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", ".."));
}
