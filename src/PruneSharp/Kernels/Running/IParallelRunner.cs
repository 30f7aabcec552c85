namespace PruneSharp.Kernels;

/// <summary>Threads to run pieces of work on: those of ONNX Runtime, or only the caller's.</summary>
public interface IParallelRunner
{
    /// <summary>How many pieces can run at the same time, the caller's thread included.</summary>
    int ThreadCount { get; }

    /// <summary>Runs the pieces 0 to <paramref name="count"/> - 1 and comes back when all are done.</summary>
    void For(int count, IParallelTask task);
}
