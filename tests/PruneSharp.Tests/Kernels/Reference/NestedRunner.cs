using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

/// <summary>Does something else whenever pieces are to be run, then runs them in order.</summary>
/// <param name="before">Called with how often it was called before.</param>
internal sealed class NestedRunner(Action<int> before) : IParallelRunner
{
    private int calls;

    public int ThreadCount => 3;

    public void For(int count, IParallelTask task)
    {
        before(calls++);
        for (int index = 0; index < count; index++) task.Invoke(index);
    }
}
