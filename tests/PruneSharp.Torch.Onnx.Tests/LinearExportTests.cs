using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

public sealed class LinearExportTests
{
    internal static readonly ExportCase[] Cases =
    [
        ExportCase.Of("Linear", () => nn.Linear(6, 4), 2, 6),
        ExportCase.Of("Linear without bias", () => nn.Linear(6, 4, hasBias: false), 2, 6),
        ExportCase.Of("Linear over a sequence", () => nn.Linear(6, 4), 2, 3, 6),
        ExportCase.Of("Linear over a sequence without bias", () => nn.Linear(6, 4, hasBias: false), 2, 3, 6),
        ExportCase.Of("Linear of one vector", () => nn.Linear(6, 4), 6) with { Options = new() { DynamicBatch = false } },
        ExportCase.Of("Sequential", () => nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 3)), 2, 6),
        ExportCase.Of("Sequential with names", () => nn.Sequential(("first", nn.Linear(6, 4)), ("inner", nn.Sequential(nn.ReLU(), nn.Linear(4, 3)))), 2, 6),
        ExportCase.Of("Sequential empty", () => nn.Sequential(Array.Empty<nn.Module<Tensor, Tensor>>()), 2, 6),
        ExportCase.Of("Identity", () => nn.Identity(), 2, 6),
        ExportCase.Of("Dropout", () => nn.Sequential(nn.Dropout(), nn.AlphaDropout(), nn.FeatureAlphaDropout()), 2, 6, 3),
        ExportCase.Of("Dropout1d", () => nn.Dropout1d(), 2, 6, 3),
        ExportCase.Of("Dropout2d", () => nn.Dropout2d(), 2, 6, 3, 3),
        ExportCase.Of("Dropout3d", () => nn.Dropout3d(), 2, 6, 3, 3, 2),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_linear_computes_the_same_in_ONNX_Runtime(string name) =>
        Assert.InRange(Parity.Difference(Cases.Single(c => c.Name == name)), 0, Parity.Tolerance);
}
