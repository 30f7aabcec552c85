using System.Text;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class NodeProfileTests
{
    private static readonly string Mlsd = Path.Combine(AppContext.BaseDirectory, "mlsd_tiny.onnx");

    private static readonly HashSet<string> Layers = ["Conv", "FusedConv", "Gemm", "FusedGemm", "MatMul", "FusedMatMul", "ConvTranspose", "LSTM", "GRU"];

    public static TheoryData<string> Models => [.. ToyTests.Toys.Select(t => Path.Combine("Toys", t.Data)), "mlsd_tiny.onnx"];

    [Fact]
    public void Profile_holds_every_convolution_and_no_more_time_than_the_run()
    {
        var profile = NodeProfile.Measure(ModelSource.File(Mlsd), new() { MinimumRuns = 3 });
        Assert.Equal(("mlsd_tiny.onnx", 3), (profile.Model, profile.Runs));
        Assert.All(profile.Nodes, n => Assert.True(n.Milliseconds >= 0 && n.Provider == "CPUExecutionProvider"));
        Assert.Equal(profile.Nodes.Count, profile.Nodes.Select(n => n.Name).Distinct().Count());
        Assert.InRange(profile.Nodes.Sum(n => n.Milliseconds), double.Epsilon, profile.RunMilliseconds * 1.5);

        using var model = OnnxModel.Open(Mlsd);
        var origins = new NodeOrigins(model.Proto.Graph);
        Assert.Equal(
            model.Proto.Graph.Node.Where(n => n.OpType == "Conv").Select(n => n.Name).Order(),
            profile.Nodes.Where(n => n.Operator is "Conv" or "FusedConv").Select(n => origins.Find(n)!.Name).Order());
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_layer_is_traced_to_another_node_of_the_model(string path)
    {
        string file = Path.Combine(AppContext.BaseDirectory, path);
        using var model = OnnxModel.Open(file);
        var origins = new NodeOrigins(model.Proto.Graph);
        var layers = NodeProfile.Measure(ModelSource.File(file), new() { MinimumRuns = 1 }).Nodes.Where(n => Layers.Contains(n.Operator)).ToList();
        Assert.NotEmpty(layers);
        Assert.All(layers, l => Assert.Contains(origins.Find(l)?.OpType ?? $"nothing for {l.Name}", Layers));
        Assert.Equal(layers.Count, layers.Select(l => origins.Find(l)!.Name).Distinct().Count());
    }

    [Theory]
    [InlineData(32)] // blocked layout where the processor has one
    [InlineData(17)] // never
    public void Residual_blocks_are_traced_whatever_the_layout(int channels)
    {
        var graph = TestModels.Residual(channels);
        var origins = new NodeOrigins(graph);
        var nodes = NodeProfile.Measure(TestModels.Of("residual", graph)).Nodes;
        Assert.Equal(["c1", "c2", "c3", "c4"], nodes.Where(n => n.Operator is "Conv" or "FusedConv").Select(n => origins.Find(n)?.Name));
    }

    [Fact]
    public void Nodes_without_a_name_are_called_after_operator_and_index() =>
        Assert.Equal("MatMul_0", Assert.Single(NodeProfile.Measure(TestModels.MatMul(64, "")).Nodes).Name);

    [Fact]
    public void Time_inside_of_a_loop_counts_once()
    {
        var nodes = Read("""
            [{"cat":"Session","name":"session_initialization","ts":0,"dur":9},
            {"cat":"Node","name":"a_kernel_time","ts":10,"dur":5,"args":{"op_name":"Add","provider":"CPU"}},
            {"cat":"Node","name":"body_kernel_time","ts":21,"dur":3,"args":{"op_name":"Mul","provider":"CPU"}},
            {"cat":"Node","name":"body_kernel_time","ts":25,"dur":4,"args":{"op_name":"Mul","provider":"CPU"}},
            {"cat":"Node","name":"loop_kernel_time","ts":20,"dur":10,"args":{"op_name":"Loop","provider":"CPU"}},
            {"cat":"Node","name":"loop_fence_after","ts":30,"dur":1,"args":{}},
            {"cat":"Session","name":"model_run","ts":10,"dur":22}]
            """, 1).Single();
        Assert.Equal(22, nodes.Duration);
        Assert.Equal([("a", 5L), ("body", 7L), ("loop", 3L)], nodes.Nodes.Select(n => (n.Key.Name, n.Value)));
    }

    [Fact]
    public void Only_the_latest_whole_runs_are_kept()
    {
        string run = """{"cat":"Session","name":"model_run","ts":0,"dur":1}""";
        Assert.Equal([2L, 3L], Read($"[{run},{run.Replace("1}", "2}")},{run.Replace("1}", "3}")}]", 2).Select(r => r.Duration));
        Assert.Empty(Read("[]", 2));
    }

    [Fact]
    public void Nothing_is_left_behind()
    {
        NodeProfile.Measure(TestModels.MatMul(8));
        Assert.Throws<OperationCanceledException>(() => NodeProfile.Measure(TestModels.MatMul(8), new() { Cancellation = new(true) }));
        Assert.Throws<InvalidModelException>(() => NodeProfile.Measure(ModelSource.Memory([1], "bad", AppContext.BaseDirectory)));
        Assert.Throws<ArgumentException>(() => NodeProfile.Measure(TestModels.MatMul(8), new() { Dims = new Dictionary<string, int> { ["nosuch"] = 1 } }));
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetTempPath(), $"prunesharp-profile-{Environment.ProcessId}-*"));
        Assert.Empty(Directory.GetFiles(".", "onnxruntime_profile_*"));
    }

    private static IReadOnlyCollection<ProfiledRun> Read(string json, int count) => ProfiledRun.Read(new MemoryStream(Encoding.UTF8.GetBytes(json)), count);
}
