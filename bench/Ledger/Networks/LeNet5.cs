using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

/// <summary>LeNet-5 as Caffe has it: 20 and 50 filters 5×5, then 500 and 10 neurons; 430,500 weights.</summary>
internal static class LeNet5
{
    public static Sequential Create() => nn.Sequential(
        ("conv1", nn.Conv2d(1, 20, 5)), ("pool1", nn.MaxPool2d(2)),
        ("conv2", nn.Conv2d(20, 50, 5)), ("pool2", nn.MaxPool2d(2)),
        ("flatten", nn.Flatten()),
        ("fc1", nn.Linear(800, 500)), ("relu", nn.ReLU()),
        ("fc2", nn.Linear(500, 10)));
}
