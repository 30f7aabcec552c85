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
    public static double[] Train(int batch, bool isPruned)
    {
        using var scope = NewDisposeScope();
        var (plain, pruned) = Create();
        var input = torch.randn(batch, Size);
        return [.. Medians(20, Step(isPruned ? pruned : plain, input)), Environment.WorkingSet];
    }

    private static (Linear Plain, Linear Pruned) Create() =>
        (nn.Linear(Size, Size), prune.l1_unstructured(nn.Linear(Size, Size), "weight", amount: 0.5));

    private static Action Step(Linear layer, Tensor input)
    {
        var optimizer = optim.SGD(layer.parameters(), 1e-9);
        return () =>
        {
            using var inner = NewDisposeScope();
            optimizer.zero_grad();
            layer.call(input).square().sum().backward();
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
