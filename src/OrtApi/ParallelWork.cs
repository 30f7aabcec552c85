using System.Runtime.ExceptionServices;
using PruneSharp.Kernels;

namespace PruneSharp.OrtApi;

/// <summary>A task whose pieces run in threads that exceptions may not leave.</summary>
internal sealed class ParallelWork(IParallelTask task)
{
    private ExceptionDispatchInfo? _failure;

    /// <summary>Does one piece, unless another one has failed.</summary>
    public void Run(int index)
    {
        if (Volatile.Read(ref _failure) is not null)
            return;
        try
        {
            task.Invoke(index);
        }
        catch (Exception error)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(error), null);
        }
    }

    /// <summary>Throws what the first failing piece threw.</summary>
    public void ThrowIfFailed() => _failure?.Throw();
}
