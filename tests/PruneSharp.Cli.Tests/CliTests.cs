using System.Diagnostics;
using System.Text.Json;

namespace PruneSharp.Cli.Tests;

public sealed class CliTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("prunesharp-").FullName;

    private static string Tiny => Path.Combine(AppContext.BaseDirectory, "mlsd_tiny.onnx");

    private static string Toy(string name) => Path.Combine(AppContext.BaseDirectory, "Toys", name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Prune_writes_the_model_and_prints_the_table()
    {
        var run = Run("prune", Tiny, "-o", "p.onnx", "--amount", "0.3");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["p.onnx"], Names());
        Assert.Contains("Conv2D/filter:0", run.Out);
        Assert.Matches(@"sparsity +0\.0 % +30\.0 %", run.Out);
        Assert.Contains("no smaller: ONNX stores a zero", run.Out);
        Assert.Contains("ranking 608864 weights", run.Error);
    }

    [Fact]
    public void Prune_json_has_the_promised_keys_and_nothing_else_on_stdout()
    {
        var run = Run("prune", Tiny, "-o", "p.onnx", "--amount", "0.3", "--json");
        using var json = JsonDocument.Parse(run.Out);
        var root = json.RootElement;
        Assert.Equal(["schemaVersion", "command", "model"], root.EnumerateObject().Take(3).Select(p => p.Name));
        foreach (string key in new[] { "output", "parameters", "zeros", "sparsity", "inputBytes", "outputBytes" })
            Assert.True(root.TryGetProperty(key, out _), key);
        Assert.Equal(182659, root.GetProperty("zeros").GetInt64());
        Assert.Equal(new FileInfo(Path.Combine(_folder, "p.onnx")).Length, root.GetProperty("outputBytes").GetInt64());
        Assert.Superset(new HashSet<string> { "name", "op", "shape", "parameters", "zeros", "sparsity" }, root.GetProperty("layers")[0].EnumerateObject().Select(p => p.Name).ToHashSet());
        Assert.Equal(["name", "reason"], root.GetProperty("skipped")[0].EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void Inspect_lists_layers_and_reasons()
    {
        var run = Run("inspect", Tiny);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("41 layers", run.Out);
        Assert.Contains("bias of Conv", run.Out);
        using var json = JsonDocument.Parse(Run("inspect", Tiny, "--json").Out);
        Assert.Equal(608864, json.RootElement.GetProperty("parameters").GetInt64());
        Assert.False(json.RootElement.TryGetProperty("output", out _));
    }

    [Fact]
    public void Verify_says_yes_and_no_by_exit_code()
    {
        Run("prune", Toy("unet.onnx"), "-o", "p.onnx", "--amount", "0.5");
        Assert.Equal(0, Run("verify", Toy("unet.onnx"), Toy("unet.onnx")).ExitCode);
        var run = Run("verify", Toy("unet.onnx"), "p.onnx", "--json");
        Assert.Equal(1, run.ExitCode);
        using var json = JsonDocument.Parse(run.Out);
        Assert.False(json.RootElement.GetProperty("pass").GetBoolean());
        Assert.Equal(["name", "maxAbsDifference", "maxRelativeDifference", "cosine"], json.RootElement.GetProperty("outputs")[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(0, Run("verify", Toy("unet.onnx"), "p.onnx", "--tolerance", "1e9").ExitCode);
    }

    [Fact]
    public void Scan_writes_a_plan_that_prune_takes()
    {
        var scan = Run("scan", Toy("se.onnx"), "-o", "plan.json", "--samples", "1", "--budget", "0.2");
        Assert.Equal(0, scan.ExitCode);
        Assert.Contains("all zero", scan.Out);
        Assert.Equal(0, Run("prune", Toy("se.onnx"), "-o", "p.onnx", "--plan", "plan.json").ExitCode);
    }

    [Fact]
    public void Scan_json_holds_the_plan()
    {
        using var json = JsonDocument.Parse(Run("scan", Toy("se.onnx"), "--samples", "1", "--json").Out);
        Assert.Equal("per-layer", json.RootElement.GetProperty("plan").GetProperty("allocation").GetString());
        Assert.Equal("scan", json.RootElement.GetProperty("command").GetString());
    }

    [Theory]
    [InlineData("prune", "m.onnx", "-o", "out.onnx", "--save-plan", "m.onnx", "--amount", "0.5", "--force")]
    [InlineData("prune", "m.onnx", "-o", "out.onnx", "--save-plan", "out.onnx", "--amount", "0.5", "--force")]
    [InlineData("prune", "m.onnx", "-o", "plan.json", "--plan", "plan.json", "--force")]
    [InlineData("prune", "link.onnx", "-o", "m.onnx", "--amount", "0.5", "--force")]
    [InlineData("prune", "m.onnx", "-o", "link.onnx", "--amount", "0.5", "--force")]
    [InlineData("scan", "m.onnx", "-o", "m.onnx", "--force")]
    public void No_file_of_a_run_replaces_another(params string[] args)
    {
        string model = Path.Combine(_folder, "m.onnx");
        File.Copy(Toy("se.onnx"), model);
        File.CreateSymbolicLink(Path.Combine(_folder, "link.onnx"), model);
        File.WriteAllText(Path.Combine(_folder, "plan.json"), """{ "amount": 0.5 }""");
        byte[] before = File.ReadAllBytes(model);
        var run = Run(args);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("is in use as", run.Error);
        Assert.Equal(before, File.ReadAllBytes(model));
        Assert.Equal(["link.onnx", "m.onnx", "plan.json"], Names());
    }

    [Fact]
    public void Outputs_in_a_missing_folder_are_refused_before_any_work()
    {
        var run = Run("prune", Tiny, "-o", "p.onnx", "--save-plan", "nowhere/plan.json", "--amount", "0.3");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("does not exist", run.Error);
        Assert.Empty(Names());
    }

    [Fact]
    public void A_terminated_run_leaves_no_temporary_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Uses kill.");
        for (int milliseconds = 100; milliseconds <= 400; milliseconds += 60)
        {
            CliRun.Interrupted(_folder, "TERM", milliseconds, "prune", Tiny, "-o", "p.onnx", "--amount", "0.5", "--force");
            Assert.DoesNotContain(Names(), n => n.EndsWith(".tmp", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_saved_plan_repeats_the_same_bytes()
    {
        Run("prune", Tiny, "-o", "a.onnx", "--amount", "40%", "--allocation", "lamp", "--criterion", "random", "--seed", "9", "--save-plan", "plan.json");
        Run("prune", Tiny, "-o", "b.onnx", "--plan", "plan.json", "--threads", "1");
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "a.onnx")), File.ReadAllBytes(Path.Combine(_folder, "b.onnx")));
    }

    [Fact]
    public void Dry_run_writes_nothing()
    {
        Assert.Equal(0, Run("prune", Tiny, "--amount", "0.3", "--dry-run").ExitCode);
        Assert.Empty(Names());
    }

    [Fact]
    public void The_default_recipe_keeps_a_tenth_of_every_layer()
    {
        using var json = JsonDocument.Parse(Run("prune", Tiny, "--amount", "0.8", "--dry-run", "--json").Out);
        Assert.Equal(0.8, json.RootElement.GetProperty("sparsity").GetDouble(), 5);
        Assert.All(json.RootElement.GetProperty("layers").EnumerateArray(), l => Assert.InRange(l.GetProperty("sparsity").GetDouble(), 0, 0.901));
    }

    [Fact]
    public void N_of_M_needs_no_amount_and_one_weight_says_so()
    {
        Assert.Equal(0, Run("prune", Tiny, "-o", "p.onnx", "--structure", "2:4").ExitCode);
        Assert.Contains("--amount 1 is one weight", Run("prune", Tiny, "--amount", "1", "--dry-run").Error);
    }

    [Theory]
    [InlineData("Did you mean prune?", "prun")]
    [InlineData("Did you mean --amount?", "prune", "m.onnx", "--amont", "3")]
    [InlineData("needs -o OUT", "prune", "MODEL", "--amount", "0.5")]
    [InlineData("amount is missing", "prune", "MODEL", "-o", "p.onnx")]
    [InlineData("out of range", "prune", "MODEL", "-o", "p.onnx", "--amount", "1.5")]
    [InlineData("contradicts structure 2:4", "prune", "MODEL", "-o", "p.onnx", "--structure", "2:4", "--amount", "0.3")]
    [InlineData("is not a structure", "prune", "MODEL", "-o", "p.onnx", "--structure", "5:4", "--amount", "0.3")]
    [InlineData("Near names: Conv2D", "prune", "MODEL", "-o", "p.onnx", "--amount", "0.3", "--only", "Conv2D/filtr:0")]
    [InlineData("only 608864", "prune", "MODEL", "-o", "p.onnx", "--amount", "99999999")]
    [InlineData("--plan already says", "prune", "MODEL", "-o", "p.onnx", "--amount", "0.3", "--plan", "PLAN")]
    [InlineData("unknown key 'amont'", "prune", "MODEL", "-o", "p.onnx", "--plan", "PLAN")]
    [InlineData("as a whole number", "prune", "MODEL", "--dry-run", "--amount", "0.3", "--threads", "x")]
    [InlineData("--seed has no meaning", "prune", "MODEL", "--dry-run", "--amount", "0.3", "--seed", "3")]
    [InlineData("LOW:HIGH", "verify", "MODEL", "MODEL", "--range", "5")]
    [InlineData("NAME=SIZE", "verify", "MODEL", "MODEL", "--dim", "batch")]
    [InlineData("Argument 'sideways' not recognized", "prune", "MODEL", "-o", "p.onnx", "--amount", "0.3", "--allocation", "sideways")]
    public void Bad_usage_is_exit_2_with_one_line(string expected, params string[] args)
    {
        File.WriteAllText(Path.Combine(_folder, "plan.json"), """{ "amont": 0.3, "amount": 0.3 }""");
        var run = Run([.. args.Select(a => a == "MODEL" ? Tiny : a == "PLAN" ? "plan.json" : a)]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error);
        Assert.Equal(["plan.json"], Names());
        Assert.Empty(run.Out);
    }

    [Fact]
    public void A_plan_with_a_schedule_is_refused_in_one_sentence()
    {
        File.WriteAllText(Path.Combine(_folder, "plan.json"), """{ "schedule": { "name": "cubic", "finalSparsity": 0.9, "endStep": 5000 } }""");
        var run = Run("prune", Tiny, "-o", "p.onnx", "--plan", "plan.json");
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains("a file has no training steps, so give an amount in its place.", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(["plan.json"], Names());
    }

    [Theory]
    [InlineData("missing.onnx")]
    [InlineData("empty.onnx")]
    [InlineData("text.onnx")]
    [InlineData("cut.onnx")]
    [InlineData("folder")]
    public void Bad_files_are_exit_3_with_one_line_that_names_them(string name)
    {
        File.WriteAllBytes(Path.Combine(_folder, "empty.onnx"), []);
        File.WriteAllText(Path.Combine(_folder, "text.onnx"), "hello");
        File.WriteAllBytes(Path.Combine(_folder, "cut.onnx"), File.ReadAllBytes(Tiny)[..1_000_000]);
        Directory.CreateDirectory(Path.Combine(_folder, "folder"));
        string[] before = Names();
        foreach (string[] args in new string[][] { ["prune", name, "-o", "p.onnx", "--amount", "0.3"], ["inspect", name], ["scan", name], ["verify", name, name] })
        {
            var run = Run(args);
            Assert.Equal((3, ""), (run.ExitCode, run.Out));
            string line = Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains(name, line);
        }

        Assert.Equal(before, Names());
    }

    [Fact]
    public void An_existing_output_is_kept_without_force()
    {
        File.WriteAllText(Path.Combine(_folder, "p.onnx"), "precious");
        var run = Run("prune", Tiny, "-o", "p.onnx", "--amount", "0.3");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("--force", run.Error);
        Assert.Equal("precious", File.ReadAllText(Path.Combine(_folder, "p.onnx")));
        Assert.Equal(0, Run("prune", Tiny, "-o", "p.onnx", "--amount", "0.3", "--force").ExitCode);
    }

    [Fact]
    public void A_full_disk_is_exit_3_and_leaves_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Mounting a small file system needs Linux and root.");
        string disk = Directory.CreateDirectory(Path.Combine(_folder, "disk")).FullName;
        using (var mount = Process.Start("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]))
        {
            mount.WaitForExit();
            Assert.SkipUnless(mount.ExitCode == 0, "This machine does not allow mounts.");
        }

        try
        {
            var run = Run("prune", Tiny, "-o", "disk/p.onnx", "--amount", "0.3");
            Assert.Equal(3, run.ExitCode);
            Assert.Contains("No space left", run.Error);
            Assert.Empty(Directory.GetFileSystemEntries(disk));
        }
        finally
        {
            using var unmount = Process.Start("umount", [disk]);
            unmount.WaitForExit();
        }
    }

    [Fact]
    public void A_kill_in_the_middle_leaves_the_old_file_whole()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Uses kill -9.");
        string output = Path.Combine(_folder, "p.onnx");
        Run("prune", Tiny, "-o", "p.onnx", "--amount", "0.2");
        byte[] old = File.ReadAllBytes(output);
        for (int milliseconds = 40; milliseconds <= 400; milliseconds += 40)
        {
            CliRun.Interrupted(_folder, "KILL", milliseconds, "prune", Tiny, "-o", "p.onnx", "--amount", "0.5", "--force");
            byte[] now = File.ReadAllBytes(output);
            Assert.Equal(0, Run("inspect", "p.onnx").ExitCode);
            if (!now.AsSpan().SequenceEqual(old))
                break;
        }

        Run("prune", Tiny, "-o", "new.onnx", "--amount", "0.5");
        byte[] final = File.ReadAllBytes(output);
        Assert.True(final.AsSpan().SequenceEqual(old) || final.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(_folder, "new.onnx"))));
    }

    [Fact]
    public void A_device_is_never_replaced() =>
        Assert.Contains("is a device", Run("prune", Tiny, "-o", "/dev/null", "--amount", "0.3", "--force").Error);

    [Fact]
    public void Help_ends_with_examples()
    {
        var run = Run("prune", "-h");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Examples:", run.Out);
        Assert.Contains("prunesharp prune model.onnx -o pruned.onnx --structure 2:4", run.Out);
    }

    private CliRun Run(params string[] args) => CliRun.Of(_folder, args);

    private string[] Names() => [.. Directory.GetFileSystemEntries(_folder).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];
}
