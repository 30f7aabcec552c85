using TorchSharp.Modules;

/// <summary>The ledger's networks by name.</summary>
internal static class Networks
{
    public const string LeNet300 = "lenet-300-100", LeNet5 = "lenet-5", SmallResNet = "small-resnet";

    public static Sequential Create(string name) => name switch
    {
        LeNet300 => global::LeNet300.Create(),
        LeNet5 => global::LeNet5.Create(),
        SmallResNet => global::SmallResNet.Create(),
        _ => throw new ArgumentException($"There is no network {name}."),
    };
}
