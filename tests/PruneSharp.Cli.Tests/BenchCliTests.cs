using System.Text.Json;

namespace PruneSharp.Cli.Tests;

public sealed class BenchCliTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("prunesharp-").FullName;

    private static string Unet => Toy("unet.onnx");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Bench_shows_layers_reasons_times_and_the_comparison()
    {
        Prune(Unet, "0.9");
        var run = Bench("p.onnx", "--claim", "always");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"layer +op +sparsity +weights +dense ms +sparse ms +ratio", run.Out);
        Assert.Matches(@"Conv +9\d\.\d % +rows +\d+\.\d{3} +\d+\.\d{3} +\d+\.\d\dx", run.Out);
        Assert.Matches(@"Claimed: \d+ layers?, everything that can be is claimed\.", run.Out);
        Assert.Matches(@"Dense \d+\.\d{3} ms, sparse \d+\.\d{3} ms: \d+\.\d\dx as fast \(10th percentiles: \d+\.\d\dx\), 1 thread, \d+ and \d+ runs in turn\.", run.Out);
        Assert.Contains("Outputs are equal: largest difference", run.Out);
        Assert.Matches(@"Zeros lie anywhere in \d+ layers?\. .*--structure block:4x1", run.Out);
        Assert.Equal(["p.onnx"], Names());
    }

    [Fact]
    public void Bench_json_has_the_promised_keys_and_nothing_else_on_stdout()
    {
        Prune(Unet, "0.9");
        using var json = JsonDocument.Parse(Bench("p.onnx", "--claim", "always", "--json").Out);
        var root = json.RootElement;
        Assert.Equal(["schemaVersion", "command", "model"], root.EnumerateObject().Take(3).Select(p => p.Name));
        Assert.Equal("bench", root.GetProperty("command").GetString());
        Assert.Equal("p.onnx", root.GetProperty("model").GetString());
        Assert.Equal("p.onnx", root.GetProperty("against").GetString());
        double dense = root.GetProperty("denseMilliseconds").GetDouble(), sparse = root.GetProperty("sparseMilliseconds").GetDouble();
        Assert.Equal(dense / sparse, root.GetProperty("speedRatio").GetDouble(), 9);
        double denseP10 = root.GetProperty("denseMillisecondsP10").GetDouble(), sparseP10 = root.GetProperty("sparseMillisecondsP10").GetDouble();
        Assert.Equal(denseP10 / sparseP10, root.GetProperty("speedRatioP10").GetDouble(), 9);
        Assert.True(root.GetProperty("pass").GetBoolean());
        Assert.True(double.IsFinite(root.GetProperty("maxAbsDifference").GetDouble()));
        Assert.InRange(root.GetProperty("maxRelativeDifference").GetDouble(), 0, 1e-5);
        Assert.True(root.GetProperty("regionCount").GetInt32() > 0);

        var layers = root.GetProperty("layers").EnumerateArray().ToList();
        Assert.Contains(layers, layer => layer.GetProperty("claimed").GetBoolean());
        foreach (var layer in layers)
        {
            Assert.Equal(["name", "operator", "sparsity", "claimed", "format", "denseMilliseconds", "sparseMilliseconds", "speedRatio", "reason"], layer.EnumerateObject().Select(p => p.Name));
            Assert.InRange(layer.GetProperty("sparsity").GetDouble(), 0, 1);
            Assert.NotEmpty(layer.GetProperty("reason").GetString()!);
            Assert.Equal(layer.GetProperty("claimed").GetBoolean(), layer.GetProperty("format").GetString() != "");
            Assert.Equal(layer.GetProperty("claimed").GetBoolean(), layer.GetProperty("sparseMilliseconds").ValueKind == JsonValueKind.Number);
        }
    }

    [Fact]
    public void Bench_sees_blocks_and_then_has_no_hint()
    {
        Prune(Unet, "0.9", "--structure", "block:4x1");
        var run = Bench("p.onnx", "--claim", "always");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("4x1 blocks", run.Out);
        Assert.DoesNotContain("--structure", run.Out);
    }

    [Theory]
    [InlineData("measured")]
    [InlineData("estimated")]
    public void Bench_decides_by_the_rule_and_says_why(string rule)
    {
        Prune(Unet, "0.9");
        using var json = JsonDocument.Parse(Bench("p.onnx", "--claim", rule, "--json").Out);
        Assert.True(json.RootElement.GetProperty("pass").GetBoolean());
        string[] reasons = [.. json.RootElement.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("reason").GetString()!)];
        Assert.Contains(reasons, reason => reason.Contains(rule == "measured" ? " ms)" : "estimated", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("unet.onnx")]
    [InlineData("transformer_op17.onnx")]
    [InlineData("lstm.onnx")]
    public void Bench_of_a_model_without_sparse_layers_claims_nothing_and_passes(string toy)
    {
        using var json = JsonDocument.Parse(Bench(Toy(toy), "--json").Out);
        Assert.True(json.RootElement.GetProperty("pass").GetBoolean());
        Assert.Equal(0, json.RootElement.GetProperty("maxAbsDifference").GetDouble());
        Assert.Equal(0, json.RootElement.GetProperty("regionCount").GetInt32());
        Assert.All(json.RootElement.GetProperty("layers").EnumerateArray(), layer => Assert.False(layer.GetProperty("claimed").GetBoolean()));
        var text = Bench(Toy(toy));
        Assert.Equal(0, text.ExitCode);
        Assert.Contains("Outputs are equal: largest difference 0", text.Out);
    }

    [Fact]
    public void A_least_sparsity_above_all_layers_leaves_them()
    {
        Prune(Unet, "0.8");
        var run = Bench("p.onnx", "--claim", "always", "--min-sparsity", "0.99");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("sparsity below the least that is claimed, 0.99", run.Out);
        Assert.DoesNotContain("Claimed:", run.Out);
    }

    [Fact]
    public void Bench_against_times_the_other_model_and_compares_outputs_of_this_one()
    {
        Prune(Unet, "0.9");
        using var json = JsonDocument.Parse(Bench("p.onnx", "--against", Unet, "--claim", "always", "--json").Out);
        Assert.Equal(Unet, json.RootElement.GetProperty("against").GetString());
        Assert.True(json.RootElement.GetProperty("pass").GetBoolean());

        var other = Bench("p.onnx", "--against", Toy("transformer_op17.onnx"));
        Assert.Equal(2, other.ExitCode);
        Assert.StartsWith("prunesharp: The models take different inputs:", other.Error);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("0")]
    public void Bench_takes_threads_runs_sizes_and_ranges(string threads)
    {
        Prune(Unet, "0.9");
        using var json = JsonDocument.Parse(Bench("p.onnx", "--threads", threads, "--runs", "7", "--claim", "always", "--range", "-1:1", "--seed", "5", "--json").Out);
        Assert.Equal(threads, json.RootElement.GetProperty("threads").GetInt32().ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.InRange(json.RootElement.GetProperty("denseRuns").GetInt32(), 7, 100);
        Assert.InRange(json.RootElement.GetProperty("sparseRuns").GetInt32(), 7, 100);
        Assert.True(json.RootElement.GetProperty("pass").GetBoolean());
    }

    [Fact]
    public void Outputs_that_differ_by_more_than_the_tolerance_are_exit_code_1()
    {
        Prune(Unet, "0.5");
        var run = Bench("p.onnx", "--claim", "always", "--tolerance", "0");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Outputs DIFFER: largest difference", run.Out);
        using var json = JsonDocument.Parse(Bench("p.onnx", "--claim", "always", "--tolerance", "0", "--json").Out);
        Assert.False(json.RootElement.GetProperty("pass").GetBoolean());
        Assert.Equal(0, Bench("p.onnx", "--claim", "always", "--tolerance", "1").ExitCode);
    }

    [Fact]
    public void Bench_runs_models_that_pack_made()
    {
        Assert.Equal(0, Run("prune", Unet, "-o", "k.onnx", "--amount", "0.9", "--allocation", "local", "--min-parameters", "1", "--pack").ExitCode);
        using var json = JsonDocument.Parse(Bench("k.onnx", "--claim", "always", "--json").Out);
        Assert.True(json.RootElement.GetProperty("pass").GetBoolean());
        Assert.Contains(json.RootElement.GetProperty("layers").EnumerateArray(), layer => layer.GetProperty("claimed").GetBoolean());
    }

    [Theory]
    [InlineData(2, "--threads must be at least 0.", "--threads", "-1")]
    [InlineData(2, "--runs must be at least 1.", "--runs", "0")]
    [InlineData(2, "--runs must be at least 1.", "--runs", "-3")]
    [InlineData(2, "as a whole number", "--runs", "many")]
    [InlineData(2, "--min-sparsity must be from 0 to 1.", "--min-sparsity", "1.5")]
    [InlineData(2, "--tolerance must be a number of at least 0.", "--tolerance", "-1")]
    [InlineData(2, "'measured'", "--claim", "never")]
    [InlineData(2, "'measured'", "--claim", "2")]
    [InlineData(2, "use NAME=SIZE", "--dim", "batch")]
    [InlineData(2, "use LOW:HIGH", "--range", "1")]
    [InlineData(2, "There is no option --thread.", "--thread", "1")]
    [InlineData(3, "does not exist", "--against", "nothing.onnx")]
    public void Bad_usage_is_one_line(int code, string message, params string[] options)
    {
        File.Copy(Unet, Path.Combine(_folder, "m.onnx"));
        AssertRefused(Run(["bench", "m.onnx", .. options]), code, message);
        Assert.Equal(["m.onnx"], Names());
    }

    [Fact]
    public void Missing_and_damaged_files_are_one_line()
    {
        AssertRefused(Run("bench", "nothing.onnx"), 3, "does not exist");
        byte[] bytes = File.ReadAllBytes(Unet);
        File.WriteAllBytes(Path.Combine(_folder, "cut.onnx"), bytes[..(bytes.Length / 2)]);
        AssertRefused(Run("bench", "cut.onnx"), 3, "cut.onnx");
        File.WriteAllText(Path.Combine(_folder, "text.onnx"), "no model");
        AssertRefused(Run("bench", "text.onnx"), 3, "text.onnx");
        AssertRefused(Run("bench", Unet, "--against", "cut.onnx"), 3, "cut.onnx");
    }

    [Fact]
    public void Prune_times_what_it_wrote()
    {
        var run = Run("prune", Unet, "-o", "p.onnx", "--amount", "0.9", "--allocation", "local", "--min-parameters", "1", "--bench");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"(?s)sparsity +0\.0 % +90\.0 %.*layer +op +sparsity +weights +dense ms.*Outputs are equal", run.Out);
        Assert.Equal(["p.onnx"], Names());
    }

    [Fact]
    public void Prune_json_holds_the_bench()
    {
        string[] prune = ["prune", Unet, "--amount", "0.9", "--allocation", "local", "--min-parameters", "1", "--json"];
        using var json = JsonDocument.Parse(Run([.. prune, "-o", "p.onnx", "--bench", "--threads", "2", "--range", "-1:1"]).Out);
        Assert.Equal("prune", json.RootElement.GetProperty("command").GetString());
        Assert.False(json.RootElement.TryGetProperty("pack", out _));
        var bench = json.RootElement.GetProperty("bench");
        Assert.Equal("p.onnx", bench.GetProperty("model").GetString());
        Assert.Equal(2, bench.GetProperty("threads").GetInt32());
        Assert.True(bench.GetProperty("pass").GetBoolean());
        Assert.True(bench.GetProperty("speedRatio").GetDouble() > 0);

        using var packed = JsonDocument.Parse(Run([.. prune, "-o", "k.onnx", "--bench", "--pack"]).Out);
        Assert.Equal(Unet, packed.RootElement.GetProperty("pack").GetProperty("model").GetString());
        Assert.Equal("k.onnx", packed.RootElement.GetProperty("bench").GetProperty("model").GetString());
        Assert.Equal(1, packed.RootElement.GetProperty("bench").GetProperty("threads").GetInt32());
        Assert.True(packed.RootElement.GetProperty("bench").GetProperty("pass").GetBoolean());
        Assert.Equal(["k.onnx", "p.onnx"], Names());

        using var plain = JsonDocument.Parse(Run([.. prune, "-o", "q.onnx"]).Out);
        Assert.False(plain.RootElement.TryGetProperty("bench", out _));
    }

    [Fact]
    public void A_bench_that_fails_leaves_the_written_model_and_its_report()
    {
        var run = Run("prune", Unet, "-o", "p.onnx", "--amount", "0.5", "--bench", "--dim", "nothing=3", "--json");
        AssertRefused(run, 2, "nothing");
        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal("p.onnx", json.RootElement.GetProperty("output").GetString());
        Assert.False(json.RootElement.TryGetProperty("bench", out _));
        Assert.Equal(["p.onnx"], Names());
    }

    [Fact]
    public void A_bench_that_is_stopped_leaves_the_written_model()
    {
        CliRun.Interrupted(_folder, "TERM", 3000, "prune", Path.Combine(AppContext.BaseDirectory, "mlsd_tiny.onnx"), "-o", "p.onnx", "--amount", "0.5", "--bench");
        Assert.All(Names(), name => Assert.Equal("p.onnx", name));
    }

    [Theory]
    [InlineData("--dry-run writes nothing, so there is nothing to time", "MODEL", "--dry-run", "--bench")]
    [InlineData("w.safetensors is a checkpoint", "w.safetensors", "-o", "x.safetensors", "--bench")]
    [InlineData("w.pt is a checkpoint", "w.pt", "-o", "x.pt", "--bench")]
    [InlineData("--range says how to run the model; add --pack or --bench.", "MODEL", "-o", "x.onnx", "--range", "0:1")]
    [InlineData("--dim says how to run the model; add --pack or --bench.", "MODEL", "-o", "x.onnx", "--dim", "a=1")]
    [InlineData("use LOW:HIGH", "MODEL", "-o", "x.onnx", "--bench", "--range", "wide")]
    [InlineData("--threads must be at least 0.", "MODEL", "-o", "x.onnx", "--bench", "--threads", "-1")]
    public void Prune_refuses_a_bench_that_cannot_be(string message, params string[] options)
    {
        AssertRefused(Run(["prune", .. options.Select(o => o == "MODEL" ? Unet : o), "--amount", "0.5"]), 2, message);
        Assert.Empty(Names());
    }

    private static string Toy(string name) => Path.Combine(AppContext.BaseDirectory, "Toys", name);

    private static void AssertRefused(CliRun run, int code, string message)
    {
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(message, run.Error);
        Assert.Single(run.Error.Trim().Split('\n'), line => line.StartsWith("prunesharp: ", StringComparison.Ordinal));
    }

    private void Prune(string model, string amount, params string[] options) =>
        Assert.Equal(0, Run(["prune", model, "-o", "p.onnx", "--amount", amount, "--allocation", "local", "--min-parameters", "1", .. options]).ExitCode);

    private CliRun Bench(string model, params string[] options) => Run(["bench", model, .. options.Contains("--runs") ? options : ["--runs", "10", .. options]]);

    private CliRun Run(params string[] args) => CliRun.Of(_folder, args);

    private string[] Names() => [.. Directory.GetFileSystemEntries(_folder).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];
}
