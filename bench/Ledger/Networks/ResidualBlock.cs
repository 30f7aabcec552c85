using PruneSharp.Torch.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

/// <summary>Two 3×3 convolutions with BatchNorm and a way around them (He et al. 2016).</summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>, IOnnxExportable
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d bn2;
    private readonly Sequential? around;

    public ResidualBlock(int inChannels, int outChannels, int stride)
        : base(nameof(ResidualBlock))
    {
        conv1 = nn.Conv2d(inChannels, outChannels, 3, stride, 1, bias: false);
        bn1 = nn.BatchNorm2d(outChannels);
        conv2 = nn.Conv2d(outChannels, outChannels, 3, 1, 1, bias: false);
        bn2 = nn.BatchNorm2d(outChannels);
        if (stride != 1 || inChannels != outChannels)
            around = nn.Sequential(("conv", nn.Conv2d(inChannels, outChannels, 1, stride, bias: false)), ("bn", nn.BatchNorm2d(outChannels)));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var inner = bn2.call(conv2.call(bn1.call(conv1.call(input)).relu_()));
        return inner.add_(around is null ? input : around.call(input)).relu_().MoveToOuterDisposeScope();
    }

    public IReadOnlyList<OnnxValue> Export(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs)
    {
        var first = graph.Node("Relu", graph.Export(bn1, graph.Export(conv1, inputs[0])));
        var inner = graph.Export(bn2, graph.Export(conv2, first));
        return [graph.Node("Relu", graph.Add(inner, around is null ? inputs[0] : graph.Export(around, inputs[0])))];
    }
}
