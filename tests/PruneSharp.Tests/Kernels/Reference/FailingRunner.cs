using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

/// <summary>Has several threads to offer and fails when they are wanted.</summary>
internal sealed class FailingRunner : IParallelRunner
{
    public int ThreadCount => 4;

    public void For(int count, IParallelTask task) => throw new InvalidOperationException("no threads");
}
