using System.Text;
using System.Text.Json;

/// <summary>Deploys chosen rows with all seeds and writes what came out.</summary>
internal sealed class DeployedReport(RunStore store)
{
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private static readonly string[] _rows =
    [
        "lenet-300-100/gradual magnitude, distilled/91.67", "lenet-300-100/gradual magnitude, distilled/95", "lenet-5/gradual magnitude, distilled/91.67", "small-resnet/filters, distilled/50",
    ];

    /// <summary>Measures, one after the other, and replaces bench/results/deployed.* and the bundled networks.</summary>
    public void Write()
    {
        string folder = Path.Combine(store.Folder, "deployed");
        Directory.CreateDirectory(folder);
        var rows = new List<DeployedRow>();
        foreach (var (experiment, seed) in _rows.Select(Experiments.Find).SelectMany(e => Experiment.Seeds.Select(s => (e, s))))
        {
            var deployment = new Deployment(experiment, seed, store, folder);
            rows.Add(deployment.Run());
            Console.Error.WriteLine(rows[^1]);
            if (seed == 0 && experiment.Id == _rows[1])
                Bundle(deployment);
        }

        File.WriteAllText(Path.Combine(Repository.Results, "deployed.json"), JsonSerializer.Serialize(rows, _json) + "\n");
        string markdown = Markdown(rows);
        File.WriteAllText(Path.Combine(Repository.Results, "deployed.md"), markdown);
        Console.WriteLine(markdown);
    }

    private static void Bundle(Deployment deployment)
    {
        string folder = Path.Combine(Repository.Root, "samples", "models");
        Directory.CreateDirectory(folder);
        File.Copy(deployment.DensePath, Path.Combine(folder, "lenet-300-100.onnx"), overwrite: true);
        File.Copy(deployment.PackedPath, Path.Combine(folder, "lenet-300-100-20x.onnx"), overwrite: true);
    }

    private static string Markdown(List<DeployedRow> rows)
    {
        var text = new StringBuilder("# Networks of the ledger as files in ONNX Runtime\n\n");
        text.Append("`dotnet run -c Release --project bench/Ledger` trains them, `dotnet run -c Release --project bench/Ledger -- deploy` exports, removes dead units (`shrink --dead`), packs with 4-bit values\n");
        text.Append($"(`pack --values codebook:4`) and measures. Means of seeds {string.Join(", ", Experiment.Seeds)} and the range of ratios; accuracy on the 10,000 test pictures in ONNX Runtime; time of 64 pictures on one thread, in turn with the\n");
        text.Append($"dense network, ratio of the 10th percentiles: without dead units in ONNX Runtime's own kernels, and packed with the sparse ones. CPU: {Repository.Cpu}.\n\n");
        text.Append("| network | dense | pruned | packed | packed minus dense | .onnx | .psz | MACs left | faster, own kernels | faster, sparse kernels |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        foreach (var group in rows.GroupBy(r => (r.Model, r.Method, r.Sparsity)))
        {
            double dense = group.Average(r => r.DenseAccuracy), packed = group.Average(r => r.PackedAccuracy);
            text.Append($"| {group.Key.Model}, {group.Key.Method}, {Text.Of(group.Key.Sparsity * 100)} % | {dense:F2} % | {group.Average(r => r.PrunedAccuracy):F2} % | {packed:F2} % | {packed - dense:+0.00;-0.00;0.00} ");
            text.Append($"| {Range(group, r => (double)r.DenseBytes / r.PackedBytes)} | {Range(group, r => (double)r.DenseBytes / r.ArchiveBytes)} | {group.Average(r => (double)r.MacsAfter / r.MacsBefore):P0} ");
            text.Append($"| {Range(group, r => r.ShrunkSpeedRatio, 2)} | {Range(group, r => r.SparseSpeedRatio, 2)} |\n");
        }

        return text.ToString();
    }

    private static string Range(IEnumerable<DeployedRow> rows, Func<DeployedRow, double> ratio, int digits = 1)
    {
        double[] values = [.. rows.Select(ratio).Order()];
        return $"{values.Average().ToString($"F{digits}")}x ({values[0].ToString($"F{digits}")} to {values[^1].ToString($"F{digits}")})";
    }
}
