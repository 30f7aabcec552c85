#:project ../src/PruneSharp.Torch
#:package libtorch-cpu-linux-x64
#:property CreateHardLinksForCopyLocalIfPossible=true
// Verifies what pruning did: mask, original, masked weight and gradient:  dotnet run samples/torch-mask.cs
using TorchSharp;
using static PruneSharp.Torch.prune;
using static TorchSharp.torch;

using var linear = nn.Linear(6, 4);
using var before = linear.weight.detach().clone();
L1Unstructured.apply(linear, "weight", amount: 0.25);

Tensor mask = linear.get_buffer("weight_mask")!, original = linear.get_parameter("weight_orig")!;
Check("a quarter of 24 weights is masked", mask.eq(0).sum().item<long>() == 6);
Check("the mask is binary", mask.eq(0).logical_or(mask.eq(1)).all().item<bool>());
Check("the original is untouched", original.eq(before).all().item<bool>());
Check("the weight is original x mask", linear.weight.eq(original * mask).all().item<bool>());
Check("no kept weight is smaller than a masked one", before.abs().masked_select(mask.eq(1)).min().item<float>() >= before.abs().masked_select(mask.eq(0)).max().item<float>());
linear.call(randn(3, 6)).sum().backward();
Check("no gradient reaches masked entries", original.grad!.masked_select(mask.eq(0)).eq(0).all().item<bool>());
remove(linear, "weight");
Check("after remove the zeros stay", linear.weight.eq(0).sum().item<long>() == 6 && !is_pruned(linear));

static void Check(string what, bool holds)
{
    Console.WriteLine($"{(holds ? "yes" : "NO")}: {what}");
    if (!holds)
        Environment.ExitCode = 1;
}
