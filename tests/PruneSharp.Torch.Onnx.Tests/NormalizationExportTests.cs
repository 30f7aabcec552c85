using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

public sealed class NormalizationExportTests
{
    internal static readonly ExportCase[] Cases =
    [
        ExportCase.Of("BatchNorm1d", () => nn.BatchNorm1d(4), 2, 4),
        ExportCase.Free("BatchNorm1d of sequences", () => nn.BatchNorm1d(4, eps: 0.01), [2, 4, 5], [1, 4, 7]),
        ExportCase.Free("BatchNorm2d", () => nn.BatchNorm2d(4), [2, 4, 5, 3], [1, 4, 7, 2]),
        ExportCase.Free("BatchNorm2d not affine", () => nn.BatchNorm2d(4, affine: false), [2, 4, 5, 3], [1, 4, 7, 2]),
        ExportCase.Free("BatchNorm2d without statistics", () => nn.BatchNorm2d(4, track_running_stats: false), [2, 4, 5, 3], [1, 4, 7, 2]),
        ExportCase.Free("BatchNorm3d", () => nn.BatchNorm3d(4), [2, 4, 5, 3, 2], [1, 4, 7, 2, 3]),
        ExportCase.Of("LayerNorm", () => nn.LayerNorm(6), 2, 4, 6),
        ExportCase.Of("LayerNorm of two axes", () => nn.LayerNorm([4, 6], eps: 0.01), 2, 4, 6),
        ExportCase.Of("LayerNorm not affine", () => nn.LayerNorm([4, 6], elementwise_affine: false), 2, 4, 6),
        ExportCase.Of("LayerNorm without bias", () => nn.LayerNorm([6], bias: false), 2, 4, 6),
        ExportCase.Free("GroupNorm", () => nn.GroupNorm(2, 6), [2, 6, 5, 3], [1, 6, 4, 4]),
        ExportCase.Free("GroupNorm not affine", () => nn.GroupNorm(3, 6, affine: false), [2, 6, 5], [1, 6, 4]),
        ExportCase.Free("InstanceNorm1d", () => nn.InstanceNorm1d(4), [2, 4, 5], [1, 4, 7]),
        ExportCase.Free("InstanceNorm2d affine", () => nn.InstanceNorm2d(4, affine: true), [2, 4, 5, 3], [1, 4, 7, 2]),
        ExportCase.Free("InstanceNorm2d with statistics", () => nn.InstanceNorm2d(4, affine: true, track_running_stats: true), [2, 4, 5, 3], [1, 4, 7, 2]),
        ExportCase.Of("InstanceNorm2d unbatched", () => nn.InstanceNorm2d(4), 4, 5, 3) with { Options = new() { DynamicBatch = false } },
        ExportCase.Free("InstanceNorm3d", () => nn.InstanceNorm3d(4), [2, 4, 5, 3, 2], [1, 4, 7, 2, 3]),
        ExportCase.Free("LocalResponseNorm", () => nn.LocalResponseNorm(3, 0.1, 0.6, 2), [2, 6, 5, 3], [1, 6, 4, 4]),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_normalization_computes_the_same_in_ONNX_Runtime(string name) =>
        Assert.InRange(Parity.Difference(Cases.Single(c => c.Name == name)), 0, Parity.Tolerance);
}
