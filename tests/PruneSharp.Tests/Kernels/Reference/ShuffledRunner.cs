using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

/// <summary>Runs pieces on the caller's thread in random order.</summary>
internal sealed class ShuffledRunner(int threadCount, int seed) : IParallelRunner
{
    private readonly Random random = new(seed);

    public int ThreadCount => threadCount;

    public void For(int count, IParallelTask task)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        foreach (int index in order) task.Invoke(index);
    }
}
