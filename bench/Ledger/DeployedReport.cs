using System.Text;
using System.Text.Json;

/// <summary>Deploys chosen rows with all seeds and writes what came out.</summary>
internal sealed class DeployedReport(RunStore store)
{
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    // The network of samples/models.
    private const string Bundled = "lenet-300-100/Taylor, distilled, 4 bits/95";

    private static readonly string[] _rows =
    [
        "lenet-300-100/gradual magnitude, distilled/91.67", "lenet-300-100/gradual magnitude, distilled/95", "lenet-300-100/Taylor, distilled/95",
        "lenet-300-100/gradual magnitude, distilled, 3 bits/94", "lenet-300-100/gradual magnitude, distilled, 2 bits/93",
        "lenet-300-100/Taylor, distilled, 4 bits/93.75", Bundled, "lenet-5/Taylor, distilled/91.67", "small-resnet/filters, distilled/50",
    ];

    /// <summary>Measures, one after the other, and replaces bench/results/deployed.* and the bundled networks.</summary>
    public void Write()
    {
        string folder = Path.Combine(store.Folder, "deployed");
        Directory.CreateDirectory(folder);
        var rows = new List<DeployedRow>();
        foreach (var (experiment, seed) in _rows.Select(Experiments.Find).Where(IsTrained).SelectMany(e => Experiment.Seeds.Select(s => (e, s))))
        {
            var deployment = new Deployment(experiment, seed, store, folder);
            rows.Add(deployment.Run());
            Console.Error.WriteLine(rows[^1]);
            if (seed == 0 && experiment.Id == Bundled)
                Bundle(deployment);
        }

        File.WriteAllText(Path.Combine(Repository.Results, "deployed.json"), JsonSerializer.Serialize(rows, _json) + "\n");
        string markdown = Markdown(rows);
        File.WriteAllText(Path.Combine(Repository.Results, "deployed.md"), markdown);
        Console.WriteLine(markdown);
    }

    private bool IsTrained(Experiment experiment)
    {
        bool isTrained = Experiment.Seeds.All(seed => store.Find(experiment.Id, seed) is not null);
        if (!isTrained)
            Console.Error.WriteLine($"{experiment.Id} is left out: not all of its seeds are trained.");
        return isTrained;
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
        text.Append("`dotnet run -c Release --project bench/Ledger` trains them, `dotnet run -c Release --project bench/Ledger -- deploy` exports, removes dead units (`shrink --dead`), packs and measures.\n");
        text.Append($"Means of seeds {string.Join(", ", Experiment.Seeds)}, ratios with their range; accuracy on the 10,000 test pictures in ONNX Runtime. CPU: {Repository.Cpu}.\n\n");
        text.Append("Time of 64 pictures on one thread, in turn with the dense network, ratio of the 10th percentiles: without dead units in ONNX Runtime's own kernels, and packed in 4 bits, or those that were trained, with the sparse ones.\n\n");
        text.Append("| network | dense | pruned | difference | MACs left | faster, own kernels | faster, sparse kernels |\n|---|---:|---:|---:|---:|---:|---:|\n");
        foreach (var group in Groups(rows))
        {
            double dense = group.Average(r => r.DenseAccuracy), pruned = group.Average(r => r.PrunedAccuracy);
            text.Append($"| {group.Key} | {dense:F2} % | {pruned:F2} % | {Signed(pruned - dense)} | {group.Average(r => (double)r.MacsAfter / r.MacsBefore):P0} ");
            text.Append($"| {Range(group.Select(r => r.ShrunkSpeedRatio), 2)} | {Range(group.Select(r => r.SparseSpeedRatio), 2)} |\n");
        }

        text.Append("\n## Size\n\nBytes of the dense file / bytes of the packed one: the .onnx unpacks itself in ONNX Runtime, the .psz is an archive (`pack --values VALUES`, `pack --container`).\n\n");
        text.Append("| network | values | .onnx | bytes | .psz | bytes | accuracy | minus dense |\n|---|---|---:|---:|---:|---:|---:|---:|\n");
        foreach (var group in Groups(rows))
        {
            foreach (var packed in group.SelectMany(r => r.Packed.Select(p => (Row: r, Packed: p))).GroupBy(p => p.Packed.Values))
            {
                text.Append($"| {group.Key} | {packed.Key} | {Range(packed.Select(p => (double)p.Row.DenseBytes / p.Packed.Bytes))} | {packed.Average(p => p.Packed.Bytes):N0} ");
                text.Append($"| {Range(packed.Select(p => (double)p.Row.DenseBytes / p.Packed.ArchiveBytes))} | {packed.Average(p => p.Packed.ArchiveBytes):N0} ");
                text.Append($"| {packed.Average(p => p.Packed.Accuracy):F2} % | {Signed(packed.Average(p => p.Packed.Accuracy - p.Row.DenseAccuracy))} |\n");
            }
        }

        return text.ToString();
    }

    private static IEnumerable<IGrouping<string, DeployedRow>> Groups(List<DeployedRow> rows) => rows.GroupBy(r => $"{r.Model}, {r.Method}, {Text.Of(r.Sparsity * 100)} %");

    private static string Signed(double points) => points.ToString("+0.00;-0.00;0.00");

    private static string Range(IEnumerable<double> ratios, int digits = 1)
    {
        double[] values = [.. ratios.Order()];
        return $"{values.Average().ToString($"F{digits}")}x ({values[0].ToString($"F{digits}")} to {values[^1].ToString($"F{digits}")})";
    }
}
