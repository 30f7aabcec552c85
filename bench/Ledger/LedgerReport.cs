using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

/// <summary>Writes rows as Markdown, beside the stored figures, and as JSON.</summary>
internal sealed class LedgerReport(RunStore store, IReadOnlyList<Experiment> chosen)
{
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _storedPath = Path.Combine(Repository.Results, "ledger.json");

    public void Write(bool replacesStored)
    {
        var stored = File.Exists(_storedPath) ? JsonSerializer.Deserialize<List<LedgerRow>>(File.ReadAllText(_storedPath), _json)! : [];
        var now = chosen.Select(e => LedgerRow.Of(e, store)).OfType<LedgerRow>().ToList();
        string markdown = Markdown(now, stored);
        Console.WriteLine(markdown);
        File.WriteAllText(Path.Combine(store.Folder, "ledger.md"), markdown);
        File.WriteAllText(Path.Combine(store.Folder, "ledger.json"), JsonSerializer.Serialize(now, _json) + "\n");
        if (!replacesStored)
            return;
        var kept = Experiments.All.Select(e => now.Find(r => IsRow(r, e)) ?? stored.Find(r => IsRow(r, e))).OfType<LedgerRow>().ToList();
        File.WriteAllText(_storedPath, JsonSerializer.Serialize(kept, _json) + "\n");
        File.WriteAllText(Path.Combine(Repository.Results, "ledger.md"), Markdown(kept, []));
    }

    private static bool IsRow(LedgerRow row, Experiment experiment) => row.Model == experiment.Model && row.Method == experiment.Method && row.Sparsity == experiment.Sparsity;

    private static string Markdown(IReadOnlyList<LedgerRow> rows, List<LedgerRow> stored)
    {
        var text = new StringBuilder("# Sparse training on Fashion-MNIST\n\n");
        text.Append($"`dotnet run -c Release --project bench/Ledger -- [PATTERN] --store` makes the rows that match; one thread a run, seeds {string.Join(", ", Experiment.Seeds)}, Adam, half a cosine, batch 256. CPU: {Repository.Cpu}.\n");
        text.Append("Accuracy: percent of the 10,000 test pictures after the last epoch, mean and standard deviation over the seeds; the test set chooses nothing. Bytes: one .onnx file that unpacks itself, exact values, mean.\n");
        text.Append("Recipes: [Experiments](../Ledger/Experiments.cs).\n");
        foreach (var model in rows.GroupBy(r => r.Model))
        {
            text.Append($"\n## {model.Key}\n\n| method | sparsity | accuracy | minus dense | epochs | bytes |{(stored.Count > 0 ? " stored accuracy |" : "")}\n|---|---:|---:|---:|---:|---:|{(stored.Count > 0 ? "---:|" : "")}\n");
            foreach (var row in model)
            {
                text.Append($"| {row.Method} | {(row.Sparsity == 0 ? "0" : Text.Of(row.Sparsity * 100) + " %")} | {row.AccuracyMean:F2} ± {row.AccuracyStd:F2} | {row.AccuracyMean - row.DenseAccuracyMean:+0.00;-0.00;0.00} | {row.Epochs} | {row.Bytes:N0} |");
                if (stored.Count > 0)
                    text.Append(stored.Find(s => s.Model == row.Model && s.Method == row.Method && s.Sparsity == row.Sparsity) is { } before ? $" {before.AccuracyMean:F2} ± {before.AccuracyStd:F2} |" : " - |");
                text.Append('\n');
            }
        }

        return text.ToString();
    }
}
