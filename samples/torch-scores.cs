#:project ../src/PruneSharp.Torch
#:package libtorch-cpu-linux-x64
#:property CreateHardLinksForCopyLocalIfPossible=true
// Prunes by scores of your own instead of magnitudes, here weight times gradient:  dotnet run samples/torch-scores.cs
using TorchSharp;
using static PruneSharp.Torch.prune;
using static TorchSharp.torch;

using var linear = nn.Linear(8, 4);
linear.call(randn(16, 8)).square().mean().backward();

// Any tensor of the weight's shape; the entries of lowest absolute value go.
using var scores = (linear.weight * linear.weight.grad!).detach();
L1Unstructured.apply(linear, "weight", amount: 0.3, importance_scores: scores);

// The gradient of a pruned weight is that of its original.
linear.get_parameter("weight_orig")!.grad = null;
linear.call(randn(16, 8)).square().mean().backward();
using var again = (linear.weight * linear.get_parameter("weight_orig")!.grad!).detach();
L1Unstructured.apply(linear, "weight", amount: 0.3, importance_scores: again);

using var mask = linear.get_buffer("weight_mask")!.detach();
Console.WriteLine($"pruned {mask.numel() - mask.sum().item<float>()} of {mask.numel()} weights");
Console.WriteLine($"smallest second score kept {again.abs().masked_select(mask.eq(1)).min().item<float>():E2}");
