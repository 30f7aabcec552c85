using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

public sealed class PoolingExportTests
{
    internal static readonly ExportCase[] Cases =
    [
        ExportCase.Free("MaxPool1d", () => nn.MaxPool1d(3), [2, 4, 11], [1, 4, 20]),
        ExportCase.Free("MaxPool1d ceil", () => nn.MaxPool1d(3, stride: 2, padding: 1, ceil_mode: true), [2, 4, 11], [1, 4, 20]),
        ExportCase.Free("MaxPool2d", () => nn.MaxPool2d(2), [2, 4, 9, 8], [1, 4, 12, 7]),
        ExportCase.Free("MaxPool2d settings", () => nn.MaxPool2d([3, 2], stride: [2, 1], padding: [1, 1], dilation: [2, 1]), [2, 4, 9, 8], [1, 4, 12, 7]),
        ExportCase.Of("MaxPool2d ceil", () => nn.MaxPool2d([2, 3], stride: [3, 2], padding: [1, 1], ceil_mode: true), 2, 4, 9, 8),
        ExportCase.Of("MaxPool2d ceil of another size", () => nn.MaxPool2d([2, 3], stride: [3, 2], padding: [1, 1], ceil_mode: true), 2, 4, 10, 9),
        ExportCase.Free("MaxPool2d ceil free", () => nn.MaxPool2d(3, stride: 2, padding: 1, ceil_mode: true), [2, 4, 9, 8], [1, 4, 12, 7]),
        ExportCase.Of("MaxPool2d unbatched", () => nn.MaxPool2d(2), 4, 9, 8) with { Options = new() { DynamicBatch = false } },
        ExportCase.Free("MaxPool3d", () => nn.MaxPool3d(2, stride: 1, padding: 1), [2, 4, 5, 6, 3], [1, 4, 4, 3, 5]),
        ExportCase.Free("AvgPool1d", () => nn.AvgPool1d(3, stride: 2, padding: 1), [2, 4, 11], [1, 4, 20]),
        ExportCase.Free("AvgPool2d", () => nn.AvgPool2d(2), [2, 4, 9, 8], [1, 4, 12, 7]),
        ExportCase.Free("AvgPool2d with padding", () => nn.AvgPool2d([3, 2], stride: [2, 1], padding: [1, 1]), [2, 4, 9, 8], [1, 4, 12, 7]),
        ExportCase.Free("AvgPool2d without padding", () => nn.AvgPool2d([3, 2], stride: [2, 1], padding: [1, 1], count_include_pad: false), [2, 4, 9, 8], [1, 4, 12, 7]),
        ExportCase.Of("AvgPool2d ceil with padding", () => nn.AvgPool2d([3, 2], stride: [2, 3], padding: [1, 1], ceil_mode: true), 2, 4, 10, 9),
        ExportCase.Of("AvgPool2d ceil without padding", () => nn.AvgPool2d([3, 2], stride: [2, 3], padding: [1, 1], ceil_mode: true, count_include_pad: false), 2, 4, 10, 8),
        ExportCase.Free("AvgPool2d ceil free", () => nn.AvgPool2d(3, stride: 2, padding: 1, ceil_mode: true), [2, 4, 10, 9], [1, 4, 8, 6]),
        ExportCase.Free("AvgPool2d divisor", () => nn.AvgPool2d([3, 2], stride: [2, 1], padding: [1, 1], divisor_override: 5), [2, 4, 9, 8], [1, 4, 12, 7]),
        ExportCase.Of("AvgPool2d divisor ceil", () => nn.AvgPool2d([3, 2], stride: [2, 3], padding: [1, 1], ceil_mode: true, divisor_override: 5), 2, 4, 10, 9),
        ExportCase.Free("AvgPool3d", () => nn.AvgPool3d([2, 3, 2], padding: [1, 1, 0]), [2, 4, 5, 6, 4], [1, 4, 4, 4, 5]),
        ExportCase.Free("LPPool1d", () => nn.LPPool1d(2, 3, stride: 2), [2, 4, 11], [1, 4, 20]),
        ExportCase.Free("LPPool2d", () => nn.LPPool2d(2, [2, 3]), [2, 4, 9, 8], [1, 4, 12, 7]),
        ExportCase.Of("LPPool2d ceil", () => nn.LPPool2d(2, [2, 3], stride: [2, 2], ceil_mode: true), 2, 4, 9, 8),
        ExportCase.Free("AdaptiveAvgPool1d", () => nn.AdaptiveAvgPool1d(1), [2, 4, 11], [1, 4, 20]),
        ExportCase.Free("AdaptiveAvgPool2d global", () => nn.AdaptiveAvgPool2d([1, 1]), [2, 4, 9, 8], [1, 4, 12, 7]),
        ExportCase.Of("AdaptiveAvgPool2d", () => nn.AdaptiveAvgPool2d([3, 2]), 2, 4, 9, 8),
        ExportCase.Of("AdaptiveAvgPool2d one axis", () => nn.AdaptiveAvgPool2d([1, 2]), 2, 4, 9, 8),
        ExportCase.Of("AdaptiveAvgPool2d same size", () => nn.AdaptiveAvgPool2d([9, 8]), 2, 4, 9, 8),
        ExportCase.Of("AdaptiveAvgPool3d", () => nn.AdaptiveAvgPool3d([2, 1, 3]), 2, 4, 4, 5, 6),
        ExportCase.Of("AdaptiveMaxPool1d", () => nn.AdaptiveMaxPool1d(4), 2, 4, 12),
        ExportCase.Of("AdaptiveMaxPool2d", () => nn.AdaptiveMaxPool2d([3, 1]), 2, 4, 9, 8),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_pooling_computes_the_same_in_ONNX_Runtime(string name) =>
        Assert.InRange(Parity.Difference(Cases.Single(c => c.Name == name)), 0, Parity.Tolerance);

    [Fact]
    public void Write_adaptive_pool_that_does_not_divide_names_the_sizes()
    {
        using var module = nn.Sequential(("pool", nn.AdaptiveAvgPool2d([4, 4])));
        using var folder = new TempFolder();
        var error = Assert.Throws<NotSupportedException>(() => OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 3, 9, 8])]));
        Assert.Equal("pool (AdaptiveAvgPool2d): it pools 9 cells to 4; ONNX has windows of one size, so 4 must divide 9. Change the input's size, or pool to 1.", error.Message);
        Assert.False(File.Exists(folder.File("a.onnx")));
    }

    [Fact]
    public void Write_adaptive_pool_of_unknown_size_says_what_to_give()
    {
        using var module = nn.AdaptiveAvgPool2d([4, 4]);
        using var folder = new TempFolder();
        var error = Assert.Throws<NotSupportedException>(() => OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 3, -1, -1])]));
        Assert.Contains("the module itself (AdaptiveAvgPool2d): it pools an axis of unknown size to 4 cells", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ceil_mode_of_unknown_size_is_refused_where_runtimes_differ()
    {
        using var module = nn.MaxPool2d(2, stride: 3, padding: 1, ceil_mode: true);
        using var folder = new TempFolder();
        var error = Assert.Throws<NotSupportedException>(() => OnnxExport.Write(module, folder.File("a.onnx"), [new("x", [1, 3, -1, -1])]));
        Assert.Contains("ceil_mode with this stride and padding needs inputs of known size", error.Message, StringComparison.Ordinal);
    }
}
