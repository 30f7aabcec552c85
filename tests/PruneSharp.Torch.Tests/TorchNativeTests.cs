using TorchSharp;

namespace PruneSharp.Torch.Tests;

public sealed class TorchNativeTests
{
    [Fact]
    public void TorchSharp_loads_on_this_system()
    {
        using var sum = torch.ones(3).sum();
        Assert.Equal(3f, sum.item<float>());
        Assert.True(TorchNative.Load().Outcome is TorchNativeOutcome.NotNeeded or TorchNativeOutcome.Adapted, TorchNative.Load().Message);
    }
}
