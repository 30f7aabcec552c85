using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

/// <summary>LeNet-300-100: 784-300-100-10, 266,200 weights (LeCun et al. 1998).</summary>
internal static class LeNet300
{
    public static Sequential Create() => nn.Sequential(
        ("flatten", nn.Flatten()),
        ("fc1", nn.Linear(784, 300)), ("relu1", nn.ReLU()),
        ("fc2", nn.Linear(300, 100)), ("relu2", nn.ReLU()),
        ("fc3", nn.Linear(100, 10)));
}
