using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace PruneSharp.Cli.Tests;

public sealed class PackCliTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("prunesharp-").FullName;

    private static string Tiny => Path.Combine(AppContext.BaseDirectory, "mlsd_tiny.onnx");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Pack_shows_costs_and_results_and_unpack_brings_the_model_back()
    {
        Run("prune", Tiny, "-o", "p.onnx", "--amount", "0.8");
        var run = Run("pack", "p.onnx", "-o", "k.onnx");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"layer +sparsity +dense +gaps +gaps7 +gaps6 +gaps5 +gaps4 +gaps3 +bitmask +sparse-init +bound +chosen", run.Out);
        Assert.Contains("Outputs are identical", run.Out);
        Assert.Matches(@"load ms +\d", run.Out);
        Assert.Matches(@"load peak MB +\d\d", run.Out); // a process of its own has at least that
        Assert.Contains("Graph optimisation must stay on", run.Error);
        Assert.InRange(Size("k.onnx"), 600_000, 650_000);

        Assert.Contains("40 weights of this model are packed", Run("inspect", "k.onnx").Out);
        Assert.Contains("packed already", Run("pack", "k.onnx", "--dry-run").Error);
        Assert.Equal(0, Run("unpack", "k.onnx", "-o", "u.onnx").ExitCode);
        Assert.Equal(0, Run("verify", "p.onnx", "u.onnx", "--tolerance", "0", "--runs", "1").ExitCode);
        Assert.Equal(["k.onnx", "p.onnx", "u.onnx"], Names());
    }

    [Fact]
    public void Pack_json_has_the_promised_keys_and_nothing_else_on_stdout()
    {
        Run("prune", Tiny, "-o", "p.onnx", "--amount", "0.8");
        using var json = JsonDocument.Parse(Run("pack", "p.onnx", "-o", "k.onnx", "--values", "codebook:4", "--json").Out);
        var root = json.RootElement;
        Assert.Equal(["schemaVersion", "command", "model"], root.EnumerateObject().Take(3).Select(p => p.Name));
        Assert.Equal(Size("p.onnx"), root.GetProperty("inputBytes").GetInt64());
        Assert.Equal(Size("k.onnx"), root.GetProperty("outputBytes").GetInt64());
        Assert.Equal((double)Size("p.onnx") / Size("k.onnx"), root.GetProperty("sizeRatio").GetDouble(), 9);
        Assert.InRange(root.GetProperty("boundBytes").GetDouble(), 100_000, Size("k.onnx"));
        Assert.True(root.GetProperty("maxAbsDifference").GetDouble() > 0);
        Assert.True(root.GetProperty("loadMillisecondsAfter").GetDouble() > 0);
        var layer = root.GetProperty("layers")[0];
        foreach (string key in new[] { "name", "positions", "values", "bytes", "costs" })
            Assert.True(layer.TryGetProperty(key, out _), key);
    }

    [Fact]
    public void Prune_packs_in_one_go_and_leaves_nothing_else()
    {
        var run = Run("prune", Tiny, "-o", "k.onnx", "--amount", "0.8", "--pack", "--json");
        Assert.Equal(0, run.ExitCode);
        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal(Size("k.onnx"), json.RootElement.GetProperty("outputBytes").GetInt64());
        Assert.Equal(Tiny, json.RootElement.GetProperty("pack").GetProperty("model").GetString());
        Assert.Equal(0, json.RootElement.GetProperty("pack").GetProperty("maxAbsDifference").GetDouble());
        Assert.Equal(["k.onnx"], Names());
        Run("prune", Tiny, "-o", "m.onnx", "--amount", "0");
        Assert.Contains("is in use as", Run("prune", "m.onnx", "-o", "m.onnx", "--amount", "0.8", "--pack", "--force").Error);
        Assert.Equal("prunesharp: --values says how to pack; add --pack.", Run("prune", Tiny, "-o", "x.onnx", "--amount", "0.8", "--values", "fp16").Error.Trim());
    }

    [Fact]
    public void Archives_restore_the_same_bytes()
    {
        var run = Run("pack", Tiny, "-o", "a.psz", "--container");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("byte by byte", run.Out);
        Assert.Contains("unpack a.psz -o", run.Error);
        Assert.Equal(0, Run("unpack", "a.psz", "-o", "b.onnx").ExitCode);
        foreach (string verb in new[] { "inspect", "pack", "verify" })
            Assert.Contains("a.psz: it is an archive of packed weights.", Run([verb, "a.psz", .. verb == "verify" ? new[] { Tiny } : verb == "pack" ? ["-o", "x.onnx"] : []]).Error);
        Assert.Equal(File.ReadAllBytes(Tiny), File.ReadAllBytes(InFolder("b.onnx")));

        byte[] damaged = File.ReadAllBytes(InFolder("a.psz"));
        damaged[damaged.Length / 2] ^= 1;
        File.WriteAllBytes(InFolder("d.psz"), damaged);
        run = Run("unpack", "d.psz", "-o", "c.onnx");
        Assert.Equal(3, run.ExitCode);
        Assert.Matches(@"^prunesharp: d\.psz: tensor .*, block at byte \d+: the block does not match its checksum\.\s*$", run.Error);
        Assert.Equal(["a.psz", "b.onnx", "d.psz"], Names());
    }

    [Fact]
    public void Checkpoints_are_packed_and_unpacked()
    {
        var weights = new byte[16 * 32 * sizeof(float)];
        for (int i = 0; i < 16 * 32; i += 4)
            BitConverter.TryWriteBytes(weights.AsSpan(i * sizeof(float)), i + 1f);
        byte[] header = Encoding.UTF8.GetBytes("""{"fc.weight":{"dtype":"F32","shape":[16,32],"data_offsets":[0,2048]}}   """);
        var length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        File.WriteAllBytes(InFolder("w.safetensors"), [.. length, .. header, .. weights]);
        foreach (string format in new[] { "sparse-bitmask", "sparse-24-bitmask" })
        {
            using var json = JsonDocument.Parse(Run("pack", "w.safetensors", "-o", "s.safetensors", "--format", format, "--force", "--json").Out);
            Assert.Equal(format, json.RootElement.GetProperty("tensors")[0].GetProperty("format").GetString());
            Assert.True(Size("s.safetensors") < Size("w.safetensors"));
            Assert.Equal(0, Run("unpack", "s.safetensors", "-o", "u.safetensors", "--force").ExitCode);
            Assert.Equal(weights, File.ReadAllBytes(InFolder("u.safetensors"))[^weights.Length..]);
        }

        Assert.Equal(2, Run("pack", "w.safetensors", "-o", "x.safetensors").ExitCode);
        Assert.Equal(2, Run("pack", "w.safetensors", "-o", "x.safetensors", "--format", "sparse-bitmask", "--values", "fp16").ExitCode);
        Assert.Equal(2, Run("pack", "w.safetensors", "-o", "x.safetensors", "--format", "sparse-bitmask", "--container").ExitCode);
        Assert.Equal(2, Run("pack", Tiny, "-o", "x.onnx", "--format", "sparse-bitmask").ExitCode);
    }

    [Theory]
    [InlineData(2, "There is no position encoding gaps9.", "pack", "MODEL", "-o", "x.onnx", "--positions", "gaps9")]
    [InlineData(2, "There is no value encoding codebook:9.", "pack", "MODEL", "-o", "x.onnx", "--values", "codebook:9")]
    [InlineData(2, "pack needs -o OUT, or --dry-run.", "pack", "MODEL")]
    [InlineData(2, "--container chooses positions itself", "pack", "MODEL", "-o", "x.psz", "--container", "--positions", "gaps")]
    [InlineData(2, "A sparse initializer holds the weights themselves", "pack", "MODEL", "-o", "x.onnx", "--positions", "sparse-initializer", "--values", "fp16")]
    [InlineData(2, "matches no layer or tensor", "pack", "MODEL", "-o", "x.onnx", "--only", "nothing")]
    [InlineData(3, "is in use as", "pack", "MODEL", "-o", "MODEL", "--force")]
    [InlineData(2, "--container writes an archive; name it m.psz", "pack", "MODEL", "-o", "MODEL", "--container", "--force")]
    [InlineData(2, "x.psz is the name of an archive", "pack", "MODEL", "-o", "x.psz")]
    [InlineData(3, "does not exist", "pack", "nothing.onnx", "-o", "x.onnx")]
    [InlineData(3, "holds no packed weights", "unpack", "MODEL", "-o", "x.onnx")]
    [InlineData(3, "does not exist", "unpack", "nothing.psz", "-o", "x.onnx")]
    public void Bad_usage_and_bad_files_are_one_line(int code, string message, params string[] args)
    {
        File.Copy(Tiny, InFolder("m.onnx"));
        var run = Run([.. args.Select(a => a == "MODEL" ? "m.onnx" : a)]);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(message, run.Error);
        Assert.Single(run.Error.Trim().Split('\n'), line => line.StartsWith("prunesharp: ", StringComparison.Ordinal));
        Assert.Equal(["m.onnx"], Names());
        Assert.Equal(File.ReadAllBytes(Tiny), File.ReadAllBytes(InFolder("m.onnx")));
    }

    [Fact]
    public void A_model_that_gets_no_smaller_is_written_with_a_hint()
    {
        string toy = Path.Combine(AppContext.BaseDirectory, "Toys", "unet.onnx");
        var run = Run("pack", toy, "-o", "k.onnx");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Prune the model first", run.Error);
        Assert.Equal(File.ReadAllBytes(toy), File.ReadAllBytes(InFolder("k.onnx")));
    }

    private CliRun Run(params string[] args) => CliRun.Of(_folder, args);

    private string InFolder(string name) => Path.Combine(_folder, name);

    private long Size(string name) => new FileInfo(InFolder(name)).Length;

    private string[] Names() => [.. Directory.GetFileSystemEntries(_folder).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];
}
