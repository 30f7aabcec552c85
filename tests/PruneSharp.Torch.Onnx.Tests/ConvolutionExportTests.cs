using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

public sealed class ConvolutionExportTests
{
    internal static readonly ExportCase[] Cases =
    [
        ExportCase.Free("Conv1d", () => nn.Conv1d(4, 6, 3), [2, 4, 11], [1, 4, 20]),
        ExportCase.Free("Conv1d settings", () => nn.Conv1d(4, 6, 3, stride: 2, padding: 2, dilation: 2, groups: 2, bias: false), [2, 4, 11], [3, 4, 20]),
        ExportCase.Free("Conv2d", () => nn.Conv2d(3, 5, 3), [2, 3, 9, 8], [1, 3, 12, 7]),
        ExportCase.Free("Conv2d settings", () => nn.Conv2d(4, 6, (3, 2), stride: (2, 1), padding: (1, 2), dilation: (2, 1), groups: 2), [2, 4, 9, 8], [3, 4, 12, 7]),
        ExportCase.Free("Conv2d depthwise", () => nn.Conv2d(4, 4, 3, padding: 1, groups: 4), [2, 4, 9, 8], [3, 4, 12, 7]),
        ExportCase.Free("Conv2d same", () => nn.Conv2d(3, 5, (4, 3), padding: Padding.Same, dilation: (1, 2)), [2, 3, 9, 8], [1, 3, 12, 7]),
        ExportCase.Free("Conv2d valid", () => nn.Conv2d(3, 5, (4, 3), padding: Padding.Valid), [2, 3, 9, 8], [1, 3, 12, 7]),
        ExportCase.Free("Conv2d reflect", () => nn.Conv2d(3, 5, (3, 3), padding: (2, 1), padding_mode: PaddingModes.Reflect), [2, 3, 9, 8], [1, 3, 12, 7]),
        ExportCase.Free("Conv2d replicate", () => nn.Conv2d(3, 5, (3, 3), padding: (2, 1), padding_mode: PaddingModes.Replicate), [2, 3, 9, 8], [1, 3, 12, 7]),
        ExportCase.Free("Conv2d circular", () => nn.Conv2d(3, 5, (3, 3), padding: (2, 1), padding_mode: PaddingModes.Circular), [2, 3, 9, 8], [1, 3, 12, 7]),
        ExportCase.Free("Conv2d same reflect", () => nn.Conv2d(3, 5, (5, 3), padding: Padding.Same, padding_mode: PaddingModes.Reflect), [2, 3, 9, 8], [1, 3, 12, 7]),
        ExportCase.Of("Conv2d unbatched", () => nn.Conv2d(3, 5, 3), 3, 9, 8) with { Options = new() { DynamicBatch = false } },
        ExportCase.Free("Conv3d", () => nn.Conv3d(2, 3, 3, padding: 1), [2, 2, 5, 6, 7], [1, 2, 7, 5, 4]),
        ExportCase.Free("Conv3d settings", () => nn.Conv3d(2, 4, (3, 2, 1), stride: (2, 1, 1), padding: (1, 0, 2), groups: 2), [2, 2, 5, 6, 7], [1, 2, 7, 5, 4]),
        ExportCase.Free("ConvTranspose1d", () => nn.ConvTranspose1d(4, 6, 3, stride: 2, padding: 1, output_padding: 1, groups: 2), [2, 4, 11], [1, 4, 20]),
        ExportCase.Free("ConvTranspose2d", () => nn.ConvTranspose2d(4, 6, 3), [2, 4, 5, 6], [1, 4, 7, 3]),
        ExportCase.Free("ConvTranspose2d settings", () => nn.ConvTranspose2d(4, 6, (3, 2), stride: (2, 3), padding: (1, 1), output_padding: (1, 1), dilation: (2, 1), groups: 2, bias: false), [2, 4, 5, 6], [1, 4, 7, 3]),
        ExportCase.Free("ConvTranspose3d", () => nn.ConvTranspose3d(2, 4, 3, stride: 2, padding: 1, output_padding: 1), [2, 2, 3, 4, 3], [1, 2, 2, 3, 4]),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_convolution_computes_the_same_in_ONNX_Runtime(string name) =>
        Assert.InRange(Parity.Difference(Cases.Single(c => c.Name == name)), 0, Parity.Tolerance);
}
