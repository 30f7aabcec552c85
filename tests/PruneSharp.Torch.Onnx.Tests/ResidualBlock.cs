using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

/// <summary>x + conv(relu(norm(x))), which no Sequential can say.</summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>, IOnnxExportable
{
    private readonly BatchNorm2d _norm;
    private readonly Conv2d _conv;

    public ResidualBlock(long channels)
        : base(nameof(ResidualBlock))
    {
        _norm = nn.BatchNorm2d(channels);
        _conv = nn.Conv2d(channels, channels, 3, padding: 1);
        register_module("norm", _norm);
        register_module("conv", _conv);
    }

    public override Tensor forward(Tensor input) => input + _conv.call(nn.functional.relu(_norm.call(input)));

    public IReadOnlyList<OnnxValue> Export(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs) =>
        [graph.Add(inputs[0], graph.Export(_conv, graph.Node("Relu", graph.Export(_norm, inputs[0]))))];
}
