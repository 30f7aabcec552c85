using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

/// <summary>A residual network of three blocks with 16, 32 and 64 channels on 14×14 and 7×7; 4.4 million multiply-accumulates.</summary>
internal static class SmallResNet
{
    public static Sequential Create() => nn.Sequential(
        ("conv", nn.Conv2d(1, 16, 3, 2, 1, bias: false)), ("bn", nn.BatchNorm2d(16)), ("relu", nn.ReLU()),
        ("block1", new ResidualBlock(16, 16, 1)),
        ("block2", new ResidualBlock(16, 32, 2)),
        ("block3", new ResidualBlock(32, 64, 1)),
        ("pool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("fc", nn.Linear(64, 10)));
}
