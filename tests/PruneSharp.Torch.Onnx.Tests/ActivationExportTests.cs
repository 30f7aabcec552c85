using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

public sealed class ActivationExportTests
{
    internal static readonly ExportCase[] Cases =
    [
        ExportCase.Of("ReLU", () => nn.ReLU(), 2, 5, 4),
        ExportCase.Of("ReLU6", () => nn.ReLU6(), 2, 5, 4) with { Scale = 8 },
        // TorchSharp 0.107 gives the input back where it does not work in place.
        ExportCase.Of("Hardtanh", () => nn.Hardtanh(-0.4, 0.9, inplace: true), 2, 5, 4),
        ExportCase.Of("LeakyReLU", () => nn.LeakyReLU(0.13), 2, 5, 4),
        ExportCase.Of("RReLU", () => nn.RReLU(0.1, 0.4), 2, 5, 4),
        ExportCase.Of("PReLU", () => nn.PReLU(1), 2, 5, 4),
        ExportCase.Of("PReLU per channel", () => nn.PReLU(5), 2, 5, 4, 3),
        ExportCase.Of("PReLU per feature", () => nn.PReLU(5), 2, 5),
        ExportCase.Of("ELU", () => nn.ELU(0.7), 2, 5, 4),
        ExportCase.Of("CELU", () => nn.CELU(0.7), 2, 5, 4),
        ExportCase.Of("SELU", () => nn.SELU(), 2, 5, 4),
        ExportCase.Of("GELU", () => nn.GELU(), 2, 5, 4),
        ExportCase.Of("GELU tanh", () => nn.GELU(TorchSharp.Modules.GELU.Approximate.tanh), 2, 5, 4),
        ExportCase.Of("SiLU", () => nn.SiLU(), 2, 5, 4),
        ExportCase.Of("Mish", () => nn.Mish(), 2, 5, 4),
        ExportCase.Of("Hardswish", () => nn.Hardswish(), 2, 5, 4) with { Scale = 4 },
        ExportCase.Of("Hardsigmoid", () => nn.Hardsigmoid(), 2, 5, 4) with { Scale = 4 },
        ExportCase.Of("Sigmoid", () => nn.Sigmoid(), 2, 5, 4),
        ExportCase.Of("Tanh", () => nn.Tanh(), 2, 5, 4),
        ExportCase.Of("Tanhshrink", () => nn.Tanhshrink(), 2, 5, 4),
        ExportCase.Of("Softplus", () => nn.Softplus(), 2, 5, 4) with { Scale = 30 },
        ExportCase.Of("Softplus beta", () => nn.Softplus(2.5, 1.5), 2, 5, 4),
        ExportCase.Of("LogSigmoid", () => nn.LogSigmoid(), 2, 5, 4) with { Scale = 30 },
        ExportCase.Of("Softsign", () => nn.Softsign(), 2, 5, 4),
        ExportCase.Of("Hardshrink", () => nn.Hardshrink(0.8), 2, 5, 4),
        ExportCase.Of("Softshrink", () => nn.Softshrink(0.8), 2, 5, 4),
        ExportCase.Of("Threshold", () => nn.Threshold(0.3, -2), 2, 5, 4),
        ExportCase.Of("Softmax", () => nn.Softmax(1), 2, 5, 4),
        ExportCase.Of("Softmax last", () => nn.Softmax(-1), 2, 5, 4),
        ExportCase.Of("Softmax2d", () => nn.Softmax2d(), 2, 5, 4, 3),
        ExportCase.Of("Softmin", () => nn.Softmin(1), 2, 5, 4),
        ExportCase.Of("LogSoftmax", () => nn.LogSoftmax(1), 2, 5, 4),
        ExportCase.Of("GLU", () => nn.GLU(1), 2, 6, 4),
        ExportCase.Of("GLU last", () => nn.GLU(), 2, 5, 4),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_activation_computes_the_same_in_ONNX_Runtime(string name) =>
        Assert.InRange(Parity.Difference(Cases.Single(c => c.Name == name)), 0, Parity.Tolerance);
}
