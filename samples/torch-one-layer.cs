#:project ../src/PruneSharp.Torch
#:package libtorch-cpu-linux-x64
#:property CreateHardLinksForCopyLocalIfPossible=true
// Prunes one layer of a network, its weights first and then whole filters:  dotnet run samples/torch-one-layer.cs
using TorchSharp;
using TorchSharp.Modules;
using static PruneSharp.Torch.prune;
using static TorchSharp.torch;

using var network = new Network();
using var image = randn(1, 1, 28, 28);

L1Unstructured.apply(network.conv1, "weight", amount: 0.15);
float remaining = network.conv1.get_buffer("weight_mask")!.sum().item<float>();
Console.WriteLine($"{remaining} of {network.conv1.weight.numel()} weights of conv1 are left");

// A second method prunes what the first has left: the 2 filters of lowest L2 norm.
ln_structured(network.conv1, "weight", amount: 2, n: 2, dim: 0);
Console.WriteLine($"methods: {string.Join(", ", ((PruningContainer)method_of(network.conv1, "weight")!).Select(m => m.GetType().Name))}");
using var norms = network.conv1.weight.detach().flatten(1).norm(1);
Console.WriteLine($"filters that are zero: {norms.eq(0).sum().item<long>()}, output {string.Join(" x ", network.call(image).shape)}");

internal sealed class Network : nn.Module<Tensor, Tensor>
{
    public readonly Conv2d conv1 = nn.Conv2d(1, 8, 3);
    public readonly Linear linear = nn.Linear(8 * 26 * 26, 10);

    public Network()
        : base("Network") => RegisterComponents();

    public override Tensor forward(Tensor input) => linear.call(conv1.call(input).relu().flatten(1));
}
