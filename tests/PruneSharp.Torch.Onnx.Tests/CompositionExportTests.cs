using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

public sealed class CompositionExportTests
{
    internal static readonly ExportCase[] Cases =
    [
        ExportCase.Free(
            "convolutional network",
            () => nn.Sequential(
                ("conv1", nn.Conv2d(3, 8, 3, padding: 1)), ("norm1", nn.BatchNorm2d(8)), ("relu1", nn.ReLU()), ("pool1", nn.MaxPool2d(2)),
                ("conv2", nn.Conv2d(8, 12, 3, groups: 4)), ("relu2", nn.SiLU()), ("global", nn.AdaptiveAvgPool2d([1, 1])), ("flat", nn.Flatten()), ("head", nn.Linear(12, 5))),
            [2, 3, 16, 12],
            [1, 3, 11, 20]),
        ExportCase.Free("residual network", () => nn.Sequential(nn.Conv2d(3, 6, 3), new ResidualBlock(6), new ResidualBlock(6), nn.ReLU()), [2, 3, 9, 8], [1, 3, 12, 7]),
        ExportCase.Free("decoder", () => nn.Sequential(nn.Conv2d(4, 8, 3, padding: 1), nn.PixelShuffle(2), nn.ConvTranspose2d(2, 3, 2, stride: 2), nn.Tanh()), [2, 4, 4, 5], [1, 4, 7, 3]),
        new("tagger", () => new Tagger(), [new("ids", [2, -1], ScalarType.Int64)]) { Indices = 20, Runs = [[[2, 7]], [[3, 4]]] },
        new("transformer", () => nn.Sequential(nn.Linear(5, 12)).append(nn.TransformerEncoder(nn.TransformerEncoderLayer(12, 3, 24), 2)).append(nn.Linear(12, 4)), [new("input", [-1, -1, 5])]) { Runs = [[[6, 2, 5]], [[3, 1, 5]]] },
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_composition_computes_the_same_in_ONNX_Runtime(string name) =>
        Assert.InRange(Parity.Difference(Cases.Single(c => c.Name == name)), 0, Parity.Tolerance);

    [Theory]
    [InlineData(ScalarType.Float64, 1e-12)]
    [InlineData(ScalarType.Float16, 5e-3)]
    public void Write_other_precision_computes_the_same_in_ONNX_Runtime(ScalarType type, double tolerance)
    {
        var test = new ExportCase("perceptron", () => nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.LayerNorm(16), nn.Linear(16, 3), nn.Softmax(1)).to(type), [new("input", [2, 6], type)]);
        Assert.InRange(Parity.Difference(test), 0, tolerance);
    }

    [Fact]
    public void Write_bfloat16_is_refused()
    {
        using var folder = new TempFolder();
        using var module = nn.Sequential(nn.Linear(6, 3)).to(ScalarType.BFloat16);
        var error = Assert.Throws<NotSupportedException>(() => OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 6])]));
        Assert.Equal("0.weight is BFloat16; ONNX Runtime computes with Float32, and mostly with Float64 and Float16. Convert the module first, for example with module.to(ScalarType.Float32).", error.Message);
    }

    [Fact]
    public void Write_training_mode_exports_eval_and_keeps_the_mode()
    {
        using var folder = new TempFolder();
        using var module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Dropout());
        module.train();
        var before = module.state_dict().ToDictionary(t => t.Key, t => t.Value.clone());
        OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 3, 8, 8])]);
        Assert.True(module.training);
        Assert.All(module.state_dict(), t => Assert.True(Parity.Equal(t.Value, before[t.Key]), t.Key));
        module.eval();
        OnnxExport.Write(module, folder.File("b.onnx"), [new("x", [1, 3, 8, 8])]);
        Assert.Equal(File.ReadAllBytes(folder.File("a.onnx")), File.ReadAllBytes(folder.File("b.onnx")));
    }

    [Fact]
    public void Write_subclass_of_a_known_module_is_exported_by_its_forward()
    {
        using var folder = new TempFolder();
        using var same = new Stack();
        Assert.Equal(2, OnnxExport.Write(same, folder.File("a.onnx"), [new("x", [1, 6])]).Nodes);
        using var other = new Doubled();
        Assert.Throws<NotSupportedException>(() => OnnxExport.Write(other, folder.File("b.onnx"), [new("x", [1, 6])]));
    }

    private sealed class Stack() : Sequential(nn.Linear(6, 3), nn.ReLU());

    private sealed class Doubled() : Sequential(nn.Linear(6, 3))
    {
        public override Tensor forward(Tensor tensor) => base.forward(tensor) * 2;
    }
}
