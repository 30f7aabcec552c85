using static PruneSharp.Torch.prune;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

public sealed class LeakTests
{
    [Fact]
    public void Ten_thousand_calls_leak_nothing()
    {
        var trained = l1_unstructured(nn.Linear(128, 128), "weight", 0.5);
        var evaluated = l1_unstructured(nn.Linear(128, 128), "weight", 0.5);
        var lstm = l1_unstructured(nn.LSTM(16, 16), "weight_hh_l0", 0.5);
        var input = randn(2, 128);
        Run(500);
        long managed = GC.GetTotalMemory(forceFullCollection: true), all = Environment.WorkingSet;
        Run(10_000);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - managed, long.MinValue, 2 << 20);

        // A leak of the product alone would be 640 MB; what the heap keeps for itself varies, and came to 201 MB on a busy machine.
        Assert.InRange(Environment.WorkingSet - all, long.MinValue, 320 << 20);

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                using var scope = NewDisposeScope();
                trained.call(input).sum().backward();
                trained.zero_grad();
                using var guard = no_grad();
                evaluated.call(input);
                if (i % 10 == 0)
                    lstm.call(input.view(2, 8, 16));
            }
        }
    }
}
