using System.Runtime.InteropServices;
using PruneSharp.Kernels;

namespace PruneSharp.OrtApi;

/// <summary>Runs pieces of work on the threads of the session that calls the kernel.</summary>
/// <param name="api">ONNX Runtime.</param>
/// <param name="context">The kernel's context.</param>
/// <param name="threadCount">The threads of the session, which ONNX Runtime does not tell a kernel.</param>
internal sealed unsafe class OrtParallelRunner(OrtTable api, void* context, int threadCount) : IParallelRunner
{
    private readonly void* _context = context;

    /// <inheritdoc/>
    public int ThreadCount => threadCount;

    /// <summary>Runs the pieces. After the first exception pieces that have not begun are left out; it is thrown when all are done.</summary>
    public void For(int count, IParallelTask task)
    {
        if (count <= 1 || threadCount <= 1)
        {
            SerialRunner.Instance.For(count, task);
            return;
        }

        var work = new ParallelWork(task);
        var handle = GCHandle.Alloc(work);
        try
        {
            const nuint NoLimit = 0;
            api.Check(((delegate* unmanaged<void*, delegate* unmanaged<void*, nuint, void>, nuint, nuint, void*, void*>)api[OrtSlot.KernelContext_ParallelFor])(_context, &Piece, (nuint)count, NoLimit, (void*)GCHandle.ToIntPtr(handle)));
        }
        finally
        {
            handle.Free();
        }

        work.ThrowIfFailed();
    }

    [UnmanagedCallersOnly]
    private static void Piece(void* work, nuint index) => ((ParallelWork)GCHandle.FromIntPtr((nint)work).Target!).Run((int)index);
}
