using System.Diagnostics;
using PruneSharp.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Bench.Torch;

/// <summary>A plain and a half pruned Linear(1024, 1024), called in turn.</summary>
internal static class Layers
{
    private const int Size = 1024;

    /// <summary>Microseconds of a call without gradients.</summary>
    public static double[] Evaluate(int batch)
    {
        using var scope = NewDisposeScope();
        var (plain, pruned) = Create();
        var input = torch.randn(batch, Size);
        using var guard = no_grad();
        return Medians(100, () => plain.call(input).Dispose(), () => pruned.call(input).Dispose());
    }

    /// <summary>Microseconds of forward, backward and a step of SGD, and the process's memory in bytes afterwards.</summary>
    public static double[] Train(int batch, string way)
    {
        using var scope = NewDisposeScope();
        var (plain, pruned) = Create();
        var layer = way == "pruned" ? pruned : plain;
        var (input, mask) = (torch.randn(batch, Size), RandomMask());
        Func<Tensor> forward = way == "hand" ? () => nn.functional.linear(input, plain.weight * mask, plain.bias) : () => layer.call(input);
        return [.. Medians(20, Step(layer, forward)), Environment.WorkingSet];
    }

    /// <summary>Microseconds of three ways to apply a mask.</summary>
    public static double[] Mask()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (weight, mask, zero) = (torch.randn(Size, Size), RandomMask(), torch.zeros(1));
        var (kept, pruned) = (mask.ne(0), mask.eq(0));
        return Medians(10, () => weight.mul(mask).Dispose(), () => torch.where(kept, weight, zero).Dispose(), () => weight.masked_fill(pruned, 0).Dispose());
    }

    private static Tensor RandomMask() => torch.rand(Size, Size).gt(0.5).to(ScalarType.Float32);

    private static (Linear Plain, Linear Pruned) Create() =>
        (nn.Linear(Size, Size), prune.l1_unstructured(nn.Linear(Size, Size), "weight", amount: 0.5));

    private static Action Step(Linear layer, Func<Tensor> forward)
    {
        var optimizer = optim.SGD(layer.parameters(), 1e-9);
        return () =>
        {
            using var inner = NewDisposeScope();
            optimizer.zero_grad();
            forward().square().sum().backward();
            optimizer.step();
        };
    }

    // Blocks of each in turn, as a program runs one model at a time: memory that one leaves behind would disturb the other in every call.
    private static double[] Medians(int rounds, params Action[] actions)
    {
        const int Block = 20, Warm = 5;
        var times = actions.Select(_ => new List<double>()).ToArray();
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < actions.Length; i++)
            {
                for (int call = -Warm; call < Block; call++)
                {
                    long start = Stopwatch.GetTimestamp();
                    actions[i]();
                    if (call >= 0)
                        times[i].Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                }
            }
        }

        return [.. times.Select(t => t.Order().ElementAt(t.Count / 2))];
    }
}
