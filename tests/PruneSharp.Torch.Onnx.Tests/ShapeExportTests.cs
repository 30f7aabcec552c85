using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

public sealed class ShapeExportTests
{
    internal static readonly ExportCase[] Cases =
    [
        ExportCase.Free("Flatten", () => nn.Flatten(), [2, 3, 4, 5], [1, 3, 2, 6]),
        ExportCase.Free("Flatten inside", () => nn.Flatten(1, 2), [2, 3, 4, 5], [1, 3, 2, 6]),
        ExportCase.Free("Flatten the end", () => nn.Flatten(2), [2, 3, 4, 5], [1, 3, 2, 6]),
        ExportCase.Free("Flatten everything", () => nn.Flatten(0), [2, 3, 4], [1, 3, 6]),
        ExportCase.Of("Flatten the start", () => nn.Flatten(0, 1), 2, 3, 4),
        ExportCase.Of("Flatten nothing", () => nn.Flatten(1, 1), 2, 3, 4),
        ExportCase.Free("Unflatten", () => nn.Unflatten(1, [2, 3]), [2, 6, 4, 5], [1, 6, 2, 3]),
        ExportCase.Of("Unflatten with rest", () => nn.Unflatten(2, [2, -1]), 2, 3, 4),
        ExportCase.Free("PixelShuffle", () => nn.PixelShuffle(2), [2, 12, 3, 4], [1, 12, 2, 5]),
        ExportCase.Free("PixelUnshuffle", () => nn.PixelUnshuffle(2), [2, 3, 4, 6], [1, 3, 2, 8]),
        ExportCase.Free("ChannelShuffle", () => nn.ChannelShuffle(3), [2, 12, 3, 4], [1, 12, 2, 5]),
        ExportCase.Free("ZeroPad2d", () => nn.ZeroPad2d((1, 2, 3, 0)), [2, 3, 4, 5], [1, 3, 2, 6]),
        ExportCase.Free("ConstantPad1d", () => nn.ConstantPad1d((2, 1), 0.7), [2, 3, 5], [1, 3, 2]),
        ExportCase.Free("ConstantPad2d", () => nn.ConstantPad2d((1, 2, 0, 3), 0.7), [2, 3, 4, 5], [1, 3, 2, 6]),
        ExportCase.Free("ConstantPad2d that cuts", () => nn.ConstantPad2d((1, -1, -1, 3), 0.7), [2, 3, 4, 5], [1, 3, 2, 6]),
        ExportCase.Free("ConstantPad3d", () => nn.ConstantPad3d((1, 2, 0, 3, 1, 1), 0.7), [2, 3, 4, 5, 2], [1, 3, 2, 6, 3]),
        ExportCase.Free("ReflectionPad1d", () => nn.ReflectionPad1d((2, 1)), [2, 3, 5], [1, 3, 4]),
        ExportCase.Free("ReflectionPad2d", () => nn.ReflectionPad2d((1, 2, 3, 0)), [2, 3, 4, 5], [1, 3, 5, 6]),
        ExportCase.Free("ReflectionPad3d", () => nn.ReflectionPad3d((1, 2, 1, 0, 1, 1)), [2, 3, 4, 5, 4], [1, 3, 5, 6, 3]),
        ExportCase.Free("ReplicationPad1d", () => nn.ReplicationPad1d((2, 1)), [2, 3, 5], [1, 3, 4]),
        ExportCase.Free("ReplicationPad2d", () => nn.ReplicationPad2d((1, 2, 3, 0)), [2, 3, 4, 5], [1, 3, 2, 6]),
        ExportCase.Free("ReplicationPad3d", () => nn.ReplicationPad3d((1, 2, 3, 0, 1, 1)), [2, 3, 4, 5, 2], [1, 3, 2, 6, 3]),
        ExportCase.Free("Upsample nearest", () => nn.Upsample(scale_factor: [2, 3]), [2, 3, 4, 5], [1, 3, 2, 6]),
        ExportCase.Of("Upsample nearest by a fraction", () => nn.Upsample(scale_factor: [1.5, 2.3]), 2, 3, 4, 5),
        ExportCase.Of("Upsample nearest to a size", () => nn.Upsample(size: [7, 9]), 2, 3, 4, 5),
        ExportCase.Of("Upsample linear to one", () => nn.Upsample(size: [1], mode: UpsampleMode.Linear, align_corners: false), 2, 3, 4),
        ExportCase.Free("Upsample bilinear to one", () => nn.Upsample(size: [1, 6], mode: UpsampleMode.Bilinear, align_corners: false), [2, 3, 4, 5], [1, 3, 2, 6]),
        ExportCase.Free("Upsample nearest 1d", () => nn.Upsample(scale_factor: [2]), [2, 3, 4], [1, 3, 5]),
        ExportCase.Free("Upsample linear", () => nn.Upsample(scale_factor: [2], mode: UpsampleMode.Linear, align_corners: false), [2, 3, 4], [1, 3, 5]),
        ExportCase.Free("Upsample bilinear", () => nn.Upsample(scale_factor: [2, 3], mode: UpsampleMode.Bilinear, align_corners: false), [2, 3, 4, 5], [1, 3, 2, 6]),
        ExportCase.Free("Upsample bilinear aligned", () => nn.Upsample(scale_factor: [2, 3], mode: UpsampleMode.Bilinear, align_corners: true), [2, 3, 4, 5], [1, 3, 2, 6]),
        ExportCase.Free("Upsample bilinear to a size", () => nn.Upsample(size: [7, 9], mode: UpsampleMode.Bilinear, align_corners: false), [2, 3, 4, 5], [1, 3, 2, 6]),
        ExportCase.Of("Upsample bilinear recomputed", () => nn.Upsample(scale_factor: [1.6, 2.3], mode: UpsampleMode.Bilinear, align_corners: false, recompute_scale_factor: true), 2, 3, 4, 5),
        ExportCase.Free("Upsample bicubic", () => nn.Upsample(scale_factor: [2, 3], mode: UpsampleMode.Bicubic, align_corners: false), [2, 3, 4, 5], [1, 3, 2, 6]),
        ExportCase.Free("Upsample trilinear", () => nn.Upsample(scale_factor: [2, 2, 2], mode: UpsampleMode.Trilinear, align_corners: false), [2, 3, 4, 5, 2], [1, 3, 2, 6, 3]),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_shape_module_computes_the_same_in_ONNX_Runtime(string name) =>
        Assert.InRange(Parity.Difference(Cases.Single(c => c.Name == name)), 0, Parity.Tolerance);
}
