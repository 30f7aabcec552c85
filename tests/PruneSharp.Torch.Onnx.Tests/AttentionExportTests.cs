using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

public sealed class AttentionExportTests
{
    internal static readonly ExportCase[] Cases =
    [
        Of("MultiheadAttention of itself", () => nn.MultiheadAttention(12, 3), (m, x) => Attend((MultiheadAttention)m, x[0], x[0], x[0]), [-1, -1, 12]),
        Of("MultiheadAttention of one head", () => nn.MultiheadAttention(12, 1, bias: false), (m, x) => Attend((MultiheadAttention)m, x[0], x[0], x[0]), [-1, -1, 12]),
        Of("MultiheadAttention", () => nn.MultiheadAttention(12, 4), (m, x) => Attend((MultiheadAttention)m, x[0], x[1], x[2]), [-1, -1, 12], [-1, -1, 12], [-1, -1, 12]),
        Of("MultiheadAttention of other sizes", () => nn.MultiheadAttention(12, 6, kdim: 7, vdim: 7), (m, x) => Attend((MultiheadAttention)m, x[0], x[1], x[2]), [-1, -1, 12], [-1, -1, 7], [-1, -1, 7]),
        Of("TransformerEncoderLayer", () => nn.TransformerEncoderLayer(12, 3, 20), Single, [-1, -1, 12]),
        Of("TransformerEncoderLayer with GELU", () => nn.TransformerEncoderLayer(12, 2, 20, activation: nn.Activations.GELU), Single, [-1, -1, 12]),
        Of("TransformerEncoder", () => nn.TransformerEncoder(nn.TransformerEncoderLayer(12, 4, 20), 3), Single, [-1, -1, 12]),
        Of("TransformerEncoder with a mask", () => nn.TransformerEncoder(nn.TransformerEncoderLayer(12, 4, 20), 2), (m, x) => [((TransformerEncoder)m).call(x[0], x[1])], [-1, -1, 12], [-1, -1]),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_attention_computes_the_same_in_ONNX_Runtime(string name) =>
        Assert.InRange(Parity.Difference(Cases.Single(c => c.Name == name)), 0, Parity.Tolerance);

    [Fact]
    public void Write_in_training_mode_keeps_the_mode_and_exports_eval()
    {
        using var folder = new TempFolder();
        using var module = nn.TransformerEncoder(nn.TransformerEncoderLayer(12, 4, 20, dropout: 0.5), 2);
        module.train();
        OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [-1, -1, 12])]);
        Assert.True(module.training);
        module.eval();
        OnnxExport.Write(module, folder.File("b.onnx"), [new("x", [-1, -1, 12])]);
        Assert.False(module.training);
        Assert.Equal(File.ReadAllBytes(folder.File("a.onnx")), File.ReadAllBytes(folder.File("b.onnx")));
    }

    [Fact]
    public void Write_attention_with_zero_attention_is_refused()
    {
        using var folder = new TempFolder();
        using var module = nn.MultiheadAttention(12, 4, add_zero_attn: true);
        var error = Assert.Throws<NotSupportedException>(() => OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [-1, -1, 12])]));
        Assert.Contains("add_zero_attn", error.Message, StringComparison.Ordinal);
    }

    private static ExportCase Of(string name, Func<nn.Module> make, Func<nn.Module, Tensor[], Tensor[]> call, params long[][] shapes) =>
        new(name, make, [.. shapes.Select((s, i) => new OnnxInput($"input{i}", s))])
        {
            Options = new() { DynamicBatch = false },
            Call = call,
            Runs = [Run(shapes, 4, 2), Run(shapes, 6, 1)],
            Scale = 1,
        };

    // A second input is longer than the query, but for masks.
    private static IReadOnlyList<long[]> Run(long[][] shapes, long length, long batch) =>
        [.. shapes.Select((s, i) => s.Length == 2 ? [length, length] : new[] { i == 0 ? length : length + 3, batch, s[2] })];

    private static Tensor[] Attend(MultiheadAttention module, Tensor q, Tensor k, Tensor v)
    {
        var (output, weights) = module.forward(q, k, v, null, true, null);
        return [output, weights];
    }

    private static Tensor[] Single(nn.Module module, Tensor[] x) => [((nn.IModule<Tensor, Tensor>)module).call(x[0])];
}
