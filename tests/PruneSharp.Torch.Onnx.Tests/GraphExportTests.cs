using System.Diagnostics;
using PruneSharp.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

public sealed class GraphExportTests
{
    private const string Checker = "/usr/bin/python3";

    [Fact]
    public void Write_names_initializers_as_the_state_dict()
    {
        using var folder = new TempFolder();
        using var module = nn.Sequential(("layer1", nn.Sequential(("conv", nn.Conv2d(3, 4, 3)), ("norm", nn.BatchNorm2d(4)))), ("act", nn.ReLU()));
        var report = OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 3, 8, 8])]);
        Assert.Equal(["layer1.conv.weight", "layer1.conv.bias", "layer1.norm.weight", "layer1.norm.bias", "layer1.norm.running_mean", "layer1.norm.running_var"], report.Weights);
        Assert.Equal(new FileInfo(report.Path).Length, report.Bytes);
        using var model = OnnxModel.Open(report.Path);
        Assert.Equal(["/layer1.conv/Conv", "/layer1.norm/BatchNormalization", "/act/Relu"], model.Proto.Graph.Node.Select(n => n.Name));
        Assert.Equal("batch", model.Proto.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam);
        Assert.Equal([4, 6, 6], model.Proto.Graph.Output[0].Type.TensorType.Shape.Dim.Skip(1).Select(d => d.DimValue));
    }

    [Fact]
    public void Write_output_of_an_input_and_twice_the_same_gets_names()
    {
        using var folder = new TempFolder();
        using var module = new Twice();
        OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 2])], new() { OutputNames = ["first", "second", "third"] });
        using var session = Parity.Session(folder.File("a.onnx"));
        Assert.Equal(["first", "second", "third"], session.OutputNames);
        var outputs = Parity.Run(session, ["x"], [tensor(new float[] { -1, 2 }, [1, 2])]);
        Assert.Equal([0f, 2f], outputs[0].data<float>().ToArray());
        Assert.Equal([0f, 2f], outputs[1].data<float>().ToArray());
        Assert.Equal([-1f, 2f], outputs[2].data<float>().ToArray());
    }

    [Fact]
    public void Write_unknown_modules_are_named_all_at_once()
    {
        using var folder = new TempFolder();
        using var module = nn.Sequential(("a", nn.Linear(2, 2)), ("b", new Mystery()), ("c", nn.Sequential(nn.ReLU(), new Mystery())), ("d", new ResidualBlock(2)));
        var error = Assert.Throws<NotSupportedException>(() => OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 2])]));
        Assert.Equal("2 modules have no ONNX form here: b (Mystery), c.1 (Mystery). Implement IOnnxExportable in their classes, or replace them by modules that docs/export.md lists.", error.Message);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(folder.File("a"))!));
    }

    [Fact]
    public void Write_module_list_is_not_callable()
    {
        using var folder = new TempFolder();
        using var module = nn.ModuleList<nn.Module>(nn.Linear(2, 2));
        var error = Assert.Throws<NotSupportedException>(() => OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 2])]));
        Assert.StartsWith("One module has no ONNX form here: the module itself (ModuleList<Module>).", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_existing_file_needs_force()
    {
        using var folder = new TempFolder();
        using var module = nn.ReLU();
        File.WriteAllText(folder.File("a.onnx"), "mine");
        Assert.Throws<IOException>(() => OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 2])]));
        Assert.Equal("mine", File.ReadAllText(folder.File("a.onnx")));
        OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 2])], new() { Force = true });
        using var model = OnnxModel.Open(folder.File("a.onnx"));
    }

    [Fact]
    public void Write_more_than_2_GiB_is_refused_before_anything_is_copied()
    {
        using var folder = new TempFolder();
        using var module = nn.Linear(1, 1);
        module.in_features = 20_000;
        module.weight = new Parameter(zeros(1, 1).expand(30_000, 20_000), requires_grad: false);
        var error = Assert.Throws<NotSupportedException>(() => OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 20_000])]));
        Assert.StartsWith("With weight the model's weights have 2400000000 bytes; an ONNX file holds 2 GiB at most.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x", "x", "The input name 'x' is given twice")]
    [InlineData("", "x", "The input name '' is empty")]
    [InlineData("/x", "x", "The input name '/x' is reserved")]
    public void Write_bad_names_are_refused(string first, string second, string message)
    {
        using var folder = new TempFolder();
        using var module = nn.Bilinear(2, 2, 2);
        var error = Assert.Throws<ArgumentException>(() => OnnxExport.Write(module, folder.File("a.onnx"), [new(first, [1, 2]), new(second, [1, 2])]));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_wrong_number_of_inputs_is_refused()
    {
        using var folder = new TempFolder();
        using var module = nn.Sequential(nn.Linear(2, 2));
        var error = Assert.Throws<NotSupportedException>(() => OnnxExport.Write(module, folder.File("a.onnx"), [new("a", [1, 2]), new("b", [1, 2])]));
        Assert.Equal("the module itself (Sequential): it got 2 inputs; Sequential takes 1.", error.Message);
    }

    [Fact]
    public void Write_shared_weights_become_one_initializer()
    {
        using var folder = new TempFolder();
        using var first = nn.Linear(4, 4);
        using var second = nn.Linear(4, 4);
        second.weight = first.weight;
        using var module = nn.Sequential(first, nn.ReLU(), second, first);
        var report = OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 4])]);
        Assert.Equal(["0.weight", "0.bias", "2.bias"], report.Weights);
        using var x = randn(3, 4);
        using var expected = module.call(x);
        using var session = Parity.Session(report.Path);
        Parity.Close(expected, Parity.Run(session, ["x"], [x])[0], Parity.Tolerance, "shared");
    }

    [Fact]
    public void Write_input_of_a_wrong_size_is_refused_by_the_module_that_gets_it()
    {
        using var folder = new TempFolder();
        using var module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(16, 2));
        Assert.Contains("axis 1 must be 3 channels", Assert.Throws<NotSupportedException>(() => OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 1, 4, 4])])).Message);
        Assert.Contains("axis 1 must be 16 features", Assert.Throws<NotSupportedException>(() => OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 3, 5, 5])])).Message);
    }

    [Theory]
    [InlineData(21, 3)]
    [InlineData(39, 6)]
    [InlineData(50, 30)]
    public void Write_nearest_neighbours_that_differ_are_refused(long length, long size)
    {
        using var folder = new TempFolder();
        using var module = nn.Upsample(size: [size]);
        Assert.Throws<NotSupportedException>(() => OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 2, length])]));
    }

    [Fact]
    public void Write_hooks_and_names_given_twice_are_refused()
    {
        using var folder = new TempFolder();
        var linear = nn.Linear(4, 4);
        using var hooked = nn.Sequential(linear);
        linear.register_forward_hook((_, _, output) => output * 2);
        Assert.Contains("forward hooks", Assert.Throws<NotSupportedException>(() => OnnxExport.Write(hooked, folder.File("a.onnx"), [new("x", [1, 4])])).Message);
        using var twice = nn.Sequential(("a", nn.Linear(4, 4)), ("a", nn.Linear(4, 4)));
        Assert.Contains("Two modules are named a", Assert.Throws<NotSupportedException>(() => OnnxExport.Write(twice, folder.File("a.onnx"), [new("x", [1, 4])])).Message);
    }

    [Fact]
    public void Write_pretrained_embedding_computes_the_same_plain_and_pruned()
    {
        using var values = arange(1, 13, float32).reshape(4, 3);
        foreach (bool isPruned in new[] { false, true })
        {
            using var folder = new TempFolder();
            using var module = nn.Embedding_from_pretrained(values.clone());
            if (isPruned)
                prune.l1_unstructured(module, "weight", 6);
            using var ids = arange(4);
            using var expected = module.call(ids);
            Assert.Equal(isPruned ? 6 : 12, expected.count_nonzero().item<long>());
            OnnxExport.Write(module, folder.File("a.onnx"), [new("ids", [4], ScalarType.Int64)]);
            using var session = Parity.Session(folder.File("a.onnx"));
            Parity.Close(expected, Parity.Run(session, ["ids"], [ids])[0], Parity.Tolerance, "embedding");
        }
    }

    [Fact]
    public void Node_that_changes_the_shape_needs_it_said()
    {
        using var folder = new TempFolder();
        using var module = new Flattening();
        Assert.Contains("say the output's", Assert.Throws<ArgumentException>(() => OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 3])])).Message);
    }

    [Fact]
    public void Write_pruned_weight_is_the_product_under_its_plain_name()
    {
        using var folder = new TempFolder();
        using var module = nn.Sequential(nn.Linear(4, 3));
        var mask = Pruned.Apply((Linear)(nn.Module)module[0], 2);
        var report = OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 4])]);
        Assert.Equal(["0.weight", "0.bias"], report.Weights);
        using var model = OnnxModel.Open(report.Path);
        var weight = Assert.Single(ModelWeights.Of(model).Prunable, w => w.Name == "0.weight");
        var values = new byte[48];
        float[] stored = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(weight.Weights.Data.Read(0, 12, values)).ToArray();
        Assert.Equal(mask, stored.Select(v => v != 0));
    }

    [Fact]
    public void Write_model_can_be_pruned_as_a_file()
    {
        using var folder = new TempFolder();
        using var module = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Linear(8 * 36, 10), nn.Unflatten(1, [2, 5]), nn.TransformerEncoderLayer(5, 1, 8));
        OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 3, 8, 8])]);
        var plan = new Plan { Criterion = Criterion.L1, Allocation = Allocation.Local, Amount = 0.5 };
        var pruned = OnnxPruner.Prune(folder.File("a.onnx"), folder.File("b.onnx"), plan);
        Assert.Equal(
            ["0.weight", "2.weight", "4.linear1.weight", "4.linear2.weight", "4.self_attn.in_proj_weight", "4.self_attn.out_proj.weight"],
            pruned.Layers.Select(l => l.Name).Order(StringComparer.Ordinal));
        Assert.Equal(0.5, pruned.Sparsity, 0.01);
        using var session = Parity.Session(folder.File("b.onnx"));
    }

    [Fact]
    public void Write_recurrent_weights_can_be_pruned_by_name()
    {
        using var folder = new TempFolder();
        using var module = nn.LSTM(5, 4, bidirectional: true);
        OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [-1, -1, 5])]);
        using var model = OnnxModel.Open(folder.File("a.onnx"));
        var weights = ModelWeights.Of(model).Prunable;
        Assert.Equal(["weight_ih_l0", "weight_hh_l0"], weights.Select(w => w.Name));
        Assert.All(weights, w => Assert.True(w.HasLayout));
        Assert.Equal([2, 16, 5], weights[0].Shape);
    }

    [Fact]
    public void Write_passes_the_ONNX_checker()
    {
        using var folder = new TempFolder();
        using var module = nn.Sequential(nn.Conv2d(3, 8, 3), new ResidualBlock(8), nn.GroupNorm(2, 8), nn.Mish(), nn.AvgPool2d(2), nn.Flatten(2), nn.Linear(9, 5), nn.TransformerEncoderLayer(5, 1, 8));
        OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 3, 8, 8])]);
        var result = Python($"import onnx; m = onnx.load(r'{folder.File("a.onnx")}'); onnx.checker.check_model(m, full_check=True); print('sound')");
        Assert.SkipWhen(result is null, "python3 with onnx is not installed");
        Assert.Equal("sound", result);
    }

    [Fact]
    public void Write_unknown_module_matters_only_where_it_is_used()
    {
        using var folder = new TempFolder();
        using nn.Module unused = new Scaled(1, 2, use: false), used = new Scaled(1, 2, use: true);
        OnnxExport.Write(unused, folder.File("a.onnx"), [new("x", [1, 2])]);
        var error = Assert.Throws<NotSupportedException>(() => OnnxExport.Write(used, folder.File("b.onnx"), [new("x", [1, 2])]));
        Assert.StartsWith("One module has no ONNX form here: mystery (Mystery). Implement IOnnxExportable in its class", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_computed_weights_are_told_apart_though_their_memory_is_used_again()
    {
        using var folder = new TempFolder();
        using var module = new Scaled(1, 2, 3, 4, 5);
        var report = OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 2])]);
        Assert.Equal(["w0", "w1", "w2", "w3", "w4"], report.Weights);
        using var session = Parity.Session(report.Path);
        Assert.Equal([120f, 240f], Parity.Run(session, ["x"], [tensor(new float[] { 1, 2 }, [1, 2])])[0][0].data<float>().ToArray());
    }

    [Fact]
    public void Write_one_name_for_two_values_is_refused()
    {
        using var folder = new TempFolder();
        using var module = new Scaled([1, 2]) { OneName = true };
        var error = Assert.Throws<NotSupportedException>(() => OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 2])]));
        Assert.Equal("the module itself (Scaled): it adds w twice, with different values. Give each initializer a name of its own.", error.Message);
    }

    private static string? Python(string script)
    {
        if (!File.Exists(Checker))
            return null;
        using var process = Process.Start(new ProcessStartInfo(Checker, ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return error.Contains("No module named 'onnx'", StringComparison.Ordinal) ? null : output.Result.Trim() + error;
    }

    private sealed class Twice() : nn.Module<Tensor, Tensor>(nameof(Twice)), IOnnxExportable
    {
        public override Tensor forward(Tensor input) => input.relu();

        public IReadOnlyList<OnnxValue> Export(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs)
        {
            var relu = graph.Node("Relu", inputs[0]);
            return [relu, relu, inputs[0]];
        }
    }

    private sealed class Flattening() : nn.Module<Tensor, Tensor>("Flattening"), IOnnxExportable
    {
        public override Tensor forward(Tensor input) => input.flatten(1);

        public IReadOnlyList<OnnxValue> Export(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs) => [graph.Node("Flatten", inputs[0])];
    }
}
