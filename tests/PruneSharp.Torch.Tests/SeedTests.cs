using TorchSharp;
using TorchSharp.Modules;
using static PruneSharp.Torch.prune;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>The first lines a user writes.</summary>
public sealed class SeedTests
{
    private sealed class Net : nn.Module<Tensor, Tensor>
    {
        public readonly Conv2d conv1 = nn.Conv2d(1, 8, 3);
        public readonly Linear linear = nn.Linear(8 * 26 * 26, 10);

        public Net()
            : base("Net") => RegisterComponents();

        public override Tensor forward(Tensor input) => linear.call(conv1.call(input).relu().flatten(1));
    }

    [Fact]
    public void Amounts_custom_scores_and_one_layer()
    {
        var model = new Net();
        L1Unstructured.apply(model.linear, "weight", amount: 0.2);
        var scores = torch.randn(model.linear.weight.shape);
        L1Unstructured.apply(model.linear, "weight", amount: 0.3, importance_scores: scores);
        L1Unstructured.apply(model.conv1, "weight", amount: 0.15);
        var remaining = model.conv1.get_buffer("weight_mask")!.sum().item<float>();

        Assert.Equal(72 - 11, remaining);
        long all = model.linear.weight.numel(), left = all - (long)Math.Round(0.2 * all);
        Assert.Equal(left - (long)Math.Round(0.3 * left), model.linear.weight.count_nonzero().item<long>());
        Assert.Equal([2, 10], model.call(torch.randn(2, 1, 28, 28)).shape);
    }

    [Fact]
    public void Training_moves_only_what_is_left()
    {
        var model = new Net();
        var optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum: 0.9);
        L1Unstructured.apply(model.linear, "weight", amount: 0.5);
        using var before = model.linear.get_parameter("weight_orig")!.detach().clone();
        var mask = model.linear.get_buffer("weight_mask")!;
        for (int step = 0; step < 3; step++)
        {
            optimizer.zero_grad();
            model.call(torch.randn(4, 1, 28, 28)).square().sum().backward();
            optimizer.step();
        }

        using var moved = model.linear.get_parameter("weight_orig")!.ne(before);
        Assert.Equal(0, moved.logical_and(mask.eq(0)).sum().item<long>());
        Assert.True(moved.sum().item<long>() > 0);
        model.eval();
        using var guard = torch.no_grad();
        model.call(torch.randn(1, 1, 28, 28));
        Assert.True(model.linear.weight.eq(mask * model.linear.get_parameter("weight_orig")!).all().item<bool>());
    }
}
