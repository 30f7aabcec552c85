using PruneSharp.Onnx;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

/// <summary>Modules whose weights are pruned, in fields and in native code.</summary>
public sealed class PrunedExportTests
{
    private static readonly ExportCase[] _cases =
    [
        .. LinearExportTests.Cases.Concat(ConvolutionExportTests.Cases).Concat(RecurrentExportTests.Cases).Concat(AttentionExportTests.Cases).Concat(CompositionExportTests.Cases).Where(HasWeights),
    ];

    public static TheoryData<string> Names => [.. _cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_pruned_module_computes_the_same_in_ONNX_Runtime(string name) =>
        Assert.InRange(Parity.Difference(_cases.First(c => c.Name == name), module => prune.model(module, () => new prune.L1Unstructured(0.5))), 0, Parity.Tolerance);

    [Fact]
    public void Write_pruned_native_weights_keep_their_zeros()
    {
        using var folder = new TempFolder();
        using var module = nn.Sequential(nn.Embedding(10, 4), nn.Linear(4, 3));
        prune.model(module, () => new prune.L1Unstructured(0.5));
        var report = OnnxExport.Write(module, folder.File("a.onnx"), [new("ids", [1, 2], ScalarType.Int64)]);
        Assert.Equal(["0.weight", "1.weight", "1.bias"], report.Weights);
        using var model = OnnxModel.Open(report.Path);
        Assert.All(ModelWeights.Of(model).Prunable, w => Assert.Equal(w.Weights.Data.Length / 2, ZeroCount.Of(w.Weights.Data)));
    }

    private static bool HasWeights(ExportCase test)
    {
        using var module = test.Make();
        return module.parameters().Any(p => p.dim() >= 2);
    }
}
