using PruneSharp.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

public sealed class OnnxStateTests
{
    private static readonly OnnxInput _image = new("x", [2, 3, 9, 8]);

    [Fact]
    public void Load_own_export_gives_the_state_back()
    {
        using var folder = new TempFolder();
        using var trained = Network();
        using var fresh = Network();
        Parity.Randomize(trained);
        OnnxExport.Write(trained, folder.File("a.onnx"), [_image]);
        var report = OnnxState.Load(fresh, folder.File("a.onnx"));
        Assert.True(report.IsComplete);
        Assert.Equal(trained.state_dict().Count(t => t.Value.is_floating_point()), report.Matched.Count);
        Assert.Empty(report.Transposed);
        Same(trained, fresh);
    }

    [Fact]
    public void Load_recurrent_undoes_the_order_of_gates_and_directions()
    {
        using var folder = new TempFolder();
        using nn.Module trained = nn.LSTM(5, 4, 2, bidirectional: true), fresh = nn.LSTM(5, 4, 2, bidirectional: true), gru = nn.GRU(5, 4), freshGru = nn.GRU(5, 4);
        foreach (var (from, to) in new[] { (trained, fresh), (gru, freshGru) })
        {
            OnnxExport.Write(from, folder.File("a.onnx"), [new("x", [-1, -1, 5])], new() { Force = true });
            Assert.True(OnnxState.Load(to, folder.File("a.onnx")).IsComplete);
            Same(from, to);
        }
    }

    [Fact]
    public void Save_puts_new_values_into_the_same_file()
    {
        using var folder = new TempFolder();
        using var first = Network();
        using var second = Network();
        Parity.Randomize(first, 1);
        Parity.Randomize(second, 2);
        OnnxExport.Write(first, folder.File("first.onnx"), [_image]);
        OnnxExport.Write(second, folder.File("second.onnx"), [_image]);
        Assert.True(OnnxState.Save(second, folder.File("first.onnx"), folder.File("saved.onnx")).IsComplete);
        Assert.Equal(File.ReadAllBytes(folder.File("second.onnx")), File.ReadAllBytes(folder.File("saved.onnx")));
        Assert.Throws<IOException>(() => OnnxState.Save(second, folder.File("first.onnx"), folder.File("saved.onnx")));
        Assert.Throws<IOException>(() => OnnxState.Save(second, folder.File("first.onnx"), folder.File("first.onnx"), force: true));
    }

    [Fact]
    public void Save_recurrent_gives_the_gates_their_order()
    {
        using var folder = new TempFolder();
        using nn.Module first = nn.GRU(5, 4, bidirectional: true), second = nn.GRU(5, 4, bidirectional: true);
        OnnxExport.Write(first, folder.File("first.onnx"), [new("x", [-1, -1, 5])]);
        OnnxExport.Write(second, folder.File("second.onnx"), [new("x", [-1, -1, 5])]);
        OnnxState.Save(second, folder.File("first.onnx"), folder.File("saved.onnx"));
        Assert.Equal(File.ReadAllBytes(folder.File("second.onnx")), File.ReadAllBytes(folder.File("saved.onnx")));
    }

    [Fact]
    public void Load_strict_names_everything_and_changes_nothing()
    {
        using var folder = new TempFolder();
        using var trained = nn.Sequential(("a", nn.Linear(4, 3)), ("b", nn.Linear(3, 2)));
        using var other = nn.Sequential(("a", nn.Linear(4, 3)), ("b", nn.Linear(3, 5)), ("c", nn.Linear(5, 1, hasBias: false)));
        OnnxExport.Write(trained, folder.File("a.onnx"), [new("x", [1, 4])]);
        var before = other.state_dict().ToDictionary(t => t.Key, t => t.Value.clone());
        var error = Assert.Throws<InvalidOperationException>(() => OnnxState.Load(other, folder.File("a.onnx")));
        Assert.Equal(
            "a.onnx and the module do not hold the same state; only in the module: c.weight; of other shapes: b.weight is [2, 3] in the file and [5, 3] in the module, b.bias is [2] in the file and [5] in the module. Nothing was changed. With strict: false what fits is copied.",
            error.Message);
        Assert.All(other.state_dict(), t => Assert.True(Parity.Equal(t.Value, before[t.Key]), t.Key));

        var report = OnnxState.Load(other, folder.File("a.onnx"), strict: false);
        Assert.Equal(["a.weight", "a.bias"], report.Matched);
        Assert.Equal(["c.weight"], report.OnlyInModule);
        Assert.Empty(report.OnlyInFile);
        Assert.True(Parity.Equal(other.state_dict()["a.weight"], trained.state_dict()["a.weight"]));
    }

    [Fact]
    public void Load_initializer_of_no_module_is_only_in_the_file()
    {
        using var folder = new TempFolder();
        using var trained = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2));
        using var smaller = nn.Sequential(nn.Linear(4, 3));
        OnnxExport.Write(trained, folder.File("a.onnx"), [new("x", [1, 4])]);
        Assert.Equal(["1.weight", "1.bias"], OnnxState.Load(smaller, folder.File("a.onnx"), strict: false).OnlyInFile);
    }

    [Fact]
    public void Load_and_Save_transpose_a_matrix_that_the_file_stores_the_other_way_round()
    {
        using var folder = new TempFolder();
        using var stored = new Transposing();
        using var module = nn.Linear(4, 3, hasBias: false);
        OnnxExport.Write(stored, folder.File("a.onnx"), [new("x", [1, 4])]);
        var report = OnnxState.Load(module, folder.File("a.onnx"));
        Assert.Equal(["weight"], report.Transposed);
        Assert.True(Parity.Equal(module.weight, stored.Matrix.t()));

        using (no_grad())
            module.weight.mul_(2);
        OnnxState.Save(module, folder.File("a.onnx"), folder.File("b.onnx"));
        using var x = randn(2, 4);
        using var session = Parity.Session(folder.File("b.onnx"));
        Parity.Close(module.call(x), Parity.Run(session, ["x"], [x])[0], Parity.Tolerance, "transposed");
    }

    [Fact]
    public void Load_shared_weight_counts_for_both_names()
    {
        using var folder = new TempFolder();
        using var trained = Tied();
        using var fresh = Tied();
        OnnxExport.Write(trained, folder.File("a.onnx"), [new("x", [1, 4])]);
        Assert.True(OnnxState.Load(fresh, folder.File("a.onnx")).IsComplete);
        Same(trained, fresh);
    }

    [Fact]
    public void Load_pruned_module_keeps_its_mask()
    {
        using var folder = new TempFolder();
        using var trained = nn.Sequential(nn.Linear(4, 3));
        using var pruned = nn.Sequential(nn.Linear(4, 3));
        var layer = (Linear)(nn.Module)pruned[0];
        bool[] mask = Pruned.Apply(layer, 3);
        OnnxExport.Write(trained, folder.File("a.onnx"), [new("x", [1, 4])]);
        Assert.True(OnnxState.Load(pruned, folder.File("a.onnx")).IsComplete);
        var weight = ((Linear)(nn.Module)trained[0]).weight;
        Assert.True(Parity.Equal(layer.get_parameter("weight_orig")!, weight));
        Assert.True(Parity.Equal(layer.weight, weight * layer.get_buffer("weight_mask")!));
        Assert.Equal(mask, layer.weight.data<float>().ToArray().Select(v => v != 0));
    }

    [Fact]
    public void Save_pruned_module_writes_zeros_that_file_tools_see()
    {
        using var folder = new TempFolder();
        using var module = nn.Sequential(nn.Linear(4, 3));
        OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 4])]);
        Pruned.Apply((Linear)(nn.Module)module[0], 2);
        OnnxState.Save(module, folder.File("a.onnx"), folder.File("b.onnx"));
        using var model = OnnxModel.Open(folder.File("b.onnx"));
        var values = new byte[48];
        float[] stored = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(OnnxInitializers.Of(model).Single(i => i.Name == "0.weight").Data.Read(0, 12, values)).ToArray();
        Assert.Equal(6, stored.Count(v => v == 0));
    }

    [Fact]
    public void Load_other_precision_is_converted()
    {
        using var folder = new TempFolder();
        using var trained = nn.Sequential(nn.Linear(4, 3)).to(ScalarType.Float16);
        using var fresh = nn.Sequential(nn.Linear(4, 3));
        OnnxExport.Write(trained, folder.File("a.onnx"), [new("x", [1, 4], ScalarType.Float16)]);
        OnnxState.Load(fresh, folder.File("a.onnx"));
        Assert.True(Parity.Equal(fresh.state_dict()["0.weight"], trained.state_dict()["0.weight"].to(ScalarType.Float32)));
    }

    [Fact]
    public void Load_damaged_file_is_an_error_of_the_file()
    {
        using var folder = new TempFolder();
        using var module = nn.Linear(2, 2);
        File.WriteAllBytes(folder.File("a.onnx"), [1, 2, 3]);
        Assert.Throws<InvalidModelException>(() => OnnxState.Load(module, folder.File("a.onnx")));
        Assert.Throws<FileNotFoundException>(() => OnnxState.Load(module, folder.File("b.onnx")));
    }

    private static nn.Module Network() => nn.Sequential(("conv", nn.Conv2d(3, 4, 3)), ("norm", nn.BatchNorm2d(4)), ("act", nn.PReLU(4)), ("flat", nn.Flatten()), ("head", nn.Linear(4 * 7 * 6, 5)));

    private static nn.Module Tied()
    {
        var first = nn.Linear(4, 4);
        var second = nn.Linear(4, 4, hasBias: false);
        second.weight = first.weight;
        return nn.Sequential(first, second);
    }

    private static void Same(nn.Module expected, nn.Module actual)
    {
        var state = actual.state_dict();
        Assert.All(expected.state_dict().Where(t => t.Value.is_floating_point()), t => Assert.True(Parity.Equal(t.Value, state[t.Key]), t.Key));
    }

    // As exporters write x · W: the matrix as [in, out].
    private sealed class Transposing : nn.Module<Tensor, Tensor>, IOnnxExportable
    {
        public Transposing()
            : base(nameof(Transposing)) => register_parameter("weight", Matrix);

        public Parameter Matrix { get; } = new(randn(4, 3));

        public override Tensor forward(Tensor input) => input.matmul(Matrix);

        public IReadOnlyList<OnnxValue> Export(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs) => [graph.MatMul(inputs[0], graph.Parameter("weight")!)];
    }
}
