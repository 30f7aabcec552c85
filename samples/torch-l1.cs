#:project ../src/PruneSharp.Torch
#:package libtorch-cpu-linux-x64
#:property CreateHardLinksForCopyLocalIfPossible=true
// Prunes a TorchSharp network, trains what is left and makes it permanent:  dotnet run samples/torch-l1.cs
using PruneSharp;
using TorchSharp;
using static PruneSharp.Torch.prune;
using static TorchSharp.torch;

using var first = nn.Linear(20, 64);
using var model = nn.Sequential(("first", first), ("relu", nn.ReLU()), ("second", nn.Linear(64, 1)));
var optimizer = optim.Adam(model.parameters(), 0.01);

// Half of one layer; then a plan for the network, which counts what is zero already.
L1Unstructured.apply(first, "weight", amount: 0.5);
PruneSharp.Torch.prune.model(model, new Plan { Amount = 0.6, Allocation = Allocation.Local });
Console.WriteLine(summary(model, 1, 20));

for (int step = 0; step < 200; step++)
{
    using var scope = NewDisposeScope();
    var input = randn(32, 20);
    var loss = nn.functional.mse_loss(model.call(input), input.sum(1, keepdim: true));
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    if (step % 50 == 0)
        Console.WriteLine($"step {step}: loss {loss.item<float>():F3}");
}

Console.WriteLine($"state while pruned: {string.Join(", ", model.state_dict().Keys)}");
remove_all(model);
Console.WriteLine($"state afterwards:   {string.Join(", ", model.state_dict().Keys)}");
foreach (var tensor in sparsity(model))
    Console.WriteLine($"  {tensor.Name}: {tensor.Sparsity:P0} zeros");
