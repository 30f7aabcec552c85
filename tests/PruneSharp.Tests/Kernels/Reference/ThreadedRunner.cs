using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

/// <summary>Runs pieces at the same time on threads of the pool.</summary>
internal sealed class ThreadedRunner(int threadCount) : IParallelRunner
{
    public int ThreadCount => threadCount;

    public void For(int count, IParallelTask task) => Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threadCount }, task.Invoke);
}
