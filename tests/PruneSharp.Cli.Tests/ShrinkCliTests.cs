using System.Text.Json;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Cli.Tests;

public sealed class ShrinkCliTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("prunesharp-").FullName;

    private static string Unet => Toy("unet.onnx");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Shrink_shows_families_totals_and_the_comparison_and_writes_the_model()
    {
        var run = Run("shrink", Unet, "-o", "s.onnx", "--amount", "0.5", "--keep-slower");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"family +units +removed +kept +operators", run.Out);
        Assert.Matches(@"onnx::Conv_132:0 +64 +32 +32 +2xConv", run.Out);
        Assert.Matches(@"onnx::Conv_120:1 .*graph input input", run.Out);
        Assert.Matches(@"parameters +115,560 +29,112 +3.97x", run.Out);
        Assert.Contains("3 inputs in ONNX Runtime: largest difference to the masked model", run.Out);
        Assert.True(Size("s.onnx") < new FileInfo(Unet).Length / 2);
        Assert.Equal(["s.onnx"], Names());
        Assert.Equal(0, Run("inspect", "s.onnx").ExitCode);
    }

    [Fact]
    public void Shrink_json_has_the_promised_keys_and_nothing_else_on_stdout()
    {
        using var json = JsonDocument.Parse(Run("shrink", Unet, "-o", "s.onnx", "--macs", "0.5", "--json").Out);
        var root = json.RootElement;
        Assert.Equal(["schemaVersion", "command", "model"], root.EnumerateObject().Take(3).Select(p => p.Name));
        Assert.Equal(115_560, root.GetProperty("parametersBefore").GetInt64());
        Assert.InRange(root.GetProperty("macsAfter").GetDouble(), 1, root.GetProperty("macsBefore").GetDouble() / 2);
        Assert.Equal(Size("s.onnx"), root.GetProperty("outputBytes").GetInt64());
        Assert.True(root.GetProperty("millisecondsBefore").GetDouble() > 0);
        Assert.True(root.GetProperty("millisecondsAfter").GetDouble() > 0);
        Assert.True(root.GetProperty("parametersAfter").GetInt64() > 0);
        Assert.Equal(new FileInfo(Unet).Length, root.GetProperty("inputBytes").GetInt64());
        Assert.Equal(["name", "units", "removed", "operators"], root.GetProperty("families")[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(["family", "node", "operator", "reason"], root.GetProperty("refused")[0].EnumerateObject().Select(p => p.Name));
        var verification = root.GetProperty("verification");
        Assert.True(verification.GetProperty("nonVacuous").GetBoolean());
        Assert.Equal(3, verification.GetProperty("runs").GetInt32());
        Assert.InRange(verification.GetProperty("maxAbsDifference").GetDouble(), 0, 2e-5 * Math.Max(1, verification.GetProperty("scale").GetDouble()));
    }

    [Fact]
    public void Targets_are_met()
    {
        Assert.Equal(0, Run("shrink", Unet, "-o", "b.onnx", "--bytes", "200000", "--keep-slower").ExitCode);
        Assert.InRange(Size("b.onnx"), 100_000, 200_000);
        using var json = JsonDocument.Parse(Run("shrink", Unet, "--parameters", "30000", "--scope", "isomorphic", "--keep-slower", "--json").Out);
        Assert.InRange(json.RootElement.GetProperty("parametersAfter").GetInt64(), 10_000, 30_000);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("output").ValueKind);
        var never = Run("shrink", Unet, "-o", "n.onnx", "--bytes", "1000");
        Assert.Equal(3, never.ExitCode);
        Assert.Contains("cannot shrink to 1000 bytes", never.Error);
        Assert.Equal(["b.onnx"], Names());
    }

    [Fact]
    public void Cuts_are_saved_and_replayed_on_another_checkpoint()
    {
        Assert.Equal(0, Run("shrink", Unet, "-o", "a.onnx", "--amount", "0.5", "--criterion", "random", "--seed", "3", "--scope", "global", "--keep-slower", "--save-cuts", "cuts.json").ExitCode);
        Assert.Equal(0, Run("prune", Unet, "-o", "retrained.onnx", "--amount", "0.1", "--min-parameters", "1").ExitCode);
        using var first = JsonDocument.Parse(Run("shrink", Unet, "-o", "b.onnx", "--cuts", "cuts.json", "--json").Out);
        using var second = JsonDocument.Parse(Run("shrink", "retrained.onnx", "-o", "c.onnx", "--cuts", "cuts.json", "--save-cuts", "again.json", "--json").Out);
        Assert.Equal(first.RootElement.GetProperty("parametersAfter").GetInt64(), second.RootElement.GetProperty("parametersAfter").GetInt64());
        Assert.Equal(File.ReadAllText(Path.Combine(_folder, "cuts.json")), File.ReadAllText(Path.Combine(_folder, "again.json")));
        Assert.Equal(0, Run("verify", "a.onnx", "b.onnx", "--tolerance", "0").ExitCode);
    }

    [Fact]
    public void Other_statistics_are_refused_or_said()
    {
        string transformer = Toy("transformer_op17.onnx");
        Assert.Matches(@"e.weight:1 .*LayerNormalization /n1/LayerNormalization is taken over it \(--approximate\)", Run("shrink", transformer, "--amount", "0.5", "--keep-slower").Out);
        var run = Run("shrink", transformer, "-o", "s.onnx", "--amount", "0.5", "--approximate", "--keep-slower");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("statistics taken over what is left", run.Error);
    }

    [Fact]
    public void Dead_units_go_without_a_trace()
    {
        Assert.Equal(0, Run("prune", Unet, "-o", "zeros.onnx", "--structure", "channel", "--amount", "0.25", "--min-parameters", "1").ExitCode);
        var run = Run("shrink", "zeros.onnx", "-o", "s.onnx", "--dead", "--align", "1");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("largest difference to the model", run.Out);
        Assert.True(Size("s.onnx") < Size("zeros.onnx"));
        Assert.Equal(0, Run("verify", "zeros.onnx", "s.onnx").ExitCode);
        Assert.Contains("--dead finds anew", Run("shrink", "zeros.onnx", "--dead", "--save-cuts", "c.json").Error);
    }

    [Fact]
    public void What_differs_gives_exit_code_1_and_no_file()
    {
        // Dropout in training mode: every run is another.
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Unet));
        string name = model.Graph.Node[^1].Output[0];
        model.Graph.Node[^1].Output[0] = "still";
        model.Graph.Initializer.Add(new TensorProto { Name = "ratio", DataType = (int)TensorProto.Types.DataType.Float, FloatData = { 0.5f } });
        model.Graph.Initializer.Add(new TensorProto { Name = "training", DataType = (int)TensorProto.Types.DataType.Bool, Int32Data = { 1 } });
        model.Graph.Node.Add(new NodeProto { OpType = "Dropout", Name = "chance", Input = { "still", "ratio", "training" }, Output = { name } });
        File.WriteAllBytes(Path.Combine(_folder, "chance.onnx"), model.ToByteArray());
        var run = Run("shrink", "chance.onnx", "-o", "s.onnx", "--amount", "0.5", "--save-cuts", "cuts.json");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("nothing was written", run.Error);
        Assert.Equal(["chance.onnx"], Names());
    }

    [Fact]
    public void Explain_lists_what_a_channel_touches()
    {
        var run = Run("shrink", Toy("channel_shuffle.onnx"), "--explain", "c1.weight:3");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("c1.weight:3 is a unit of family c1.weight:0", run.Out);
        Assert.Matches(@"c1.weight +0 +3, 11 +", run.Out);
        Assert.Matches(@"c2.weight +1 +6-7 +", run.Out);
        Assert.Contains("c1.weight:1:0 cannot go: graph input input", Run("shrink", Toy("channel_shuffle.onnx"), "--explain", "c1.weight:1:0").Out);
        using var json = JsonDocument.Parse(Run("shrink", Toy("channel_shuffle.onnx"), "--explain", "c1.weight:3", "--json").Out);
        Assert.Equal("c1.weight:0", json.RootElement.GetProperty("explain").GetProperty("family").GetString());
    }

    [Theory]
    [InlineData(2, "exactly one of --amount", "shrink", "M")]
    [InlineData(2, "exactly one of --amount", "shrink", "M", "--amount", "0.5", "--dead")]
    [InlineData(2, "'x' is not a number", "shrink", "M", "--amount", "x")]
    [InlineData(2, "--align 0", "shrink", "M", "--amount", "0.5", "--align", "0")]
    [InlineData(2, "--seed has no meaning", "shrink", "M", "--amount", "0.5", "--seed", "1")]
    [InlineData(2, "matches no tensor or node", "shrink", "M", "--amount", "0.5", "--only", "nothing*")]
    [InlineData(2, "names no constant, value or node", "shrink", "M", "--explain", "nothing:1")]
    [InlineData(2, "there is no axis 0 with an index 999", "shrink", "M", "--explain", "onnx::Conv_120:999")]
    [InlineData(2, "--explain only tells", "shrink", "M", "--explain", "onnx::Conv_120:1", "--amount", "0.5")]
    [InlineData(2, "--bytes 0", "shrink", "M", "--bytes", "0")]
    [InlineData(2, "--milliseconds -1", "shrink", "M", "--milliseconds", "-1")]
    [InlineData(3, "does not exist", "shrink", "none.onnx", "--amount", "0.5")]
    [InlineData(3, "does not exist", "shrink", "M", "--cuts", "none.json")]
    [InlineData(3, "is in use as", "shrink", "M", "-o", "M", "--amount", "0.5", "--force")]
    public void Bad_usage_gets_one_line(int code, string message, params string[] args)
    {
        var run = Run([.. args.Select(arg => arg == "M" ? Unet : arg)]);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(message, run.Error);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => line.StartsWith("prunesharp:", StringComparison.Ordinal));
        Assert.Empty(Names());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"schemaVersion\":2,\"slices\":[]}")]
    [InlineData("{\"schemaVersion\":1}")]
    [InlineData("{\"schemaVersion\":1,\"slices\":[{\"tensor\":\"onnx::Conv_120\",\"axis\":0,\"indices\":[3]}]}")] // without what must go with it
    [InlineData("{\"schemaVersion\":1,\"slices\":[{\"tensor\":\"onnx::Conv_120\",\"axis\":1,\"indices\":[0]}]}")] // an input's channel
    [InlineData("{\"schemaVersion\":1,\"slices\":[{\"tensor\":\"onnx::Conv_120\",\"axis\":0,\"indices\":[99]}]}")]
    [InlineData("{\"schemaVersion\":1,\"slices\":[{\"tensor\":\"onnx::Conv_120\",\"axis\":-1,\"indices\":[1]}]}")]
    [InlineData("{\"schemaVersion\":1,\"slices\":[{\"tensor\":\"onnx::Conv_120\",\"axis\":0,\"indices\":[3,3]}]}")]
    [InlineData("{\"schemaVersion\":1,\"slices\":[{\"tensor\":\"none\",\"axis\":0,\"indices\":[3]}]}")]
    [InlineData("{\"schemaVersion\":1,\"slices\":[null]}")]
    [InlineData("{\"schemaVersion\":1,\"slices\":[{\"tensor\":null,\"axis\":0,\"indices\":[3]}]}")]
    public void A_cut_list_that_does_not_fit_is_refused(string text)
    {
        File.WriteAllText(Path.Combine(_folder, "cuts.json"), text);
        var run = Run("shrink", Unet, "-o", "s.onnx", "--cuts", "cuts.json");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("cut list", run.Error);
        Assert.Equal(["cuts.json"], Names());
    }

    [Fact]
    public void A_kill_leaves_no_model()
    {
        foreach (int milliseconds in new[] { 300, 900, 1500 })
            CliRun.Interrupted(_folder, "KILL", milliseconds, "shrink", Unet, "-o", "s.onnx", "--amount", "0.5");
        Assert.DoesNotContain("s.onnx", Names().Where(name => name == "s.onnx" && !Whole()));
        bool Whole() => Run("inspect", "s.onnx").ExitCode == 0;
    }

    private static string Toy(string name) => Path.Combine(AppContext.BaseDirectory, "Toys", name);

    private CliRun Run(params string[] args) => CliRun.Of(_folder, args);

    private long Size(string name) => new FileInfo(Path.Combine(_folder, name)).Length;

    private string[] Names() => [.. Directory.GetFiles(_folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
}
