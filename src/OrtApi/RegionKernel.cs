using PruneSharp.Kernels;

namespace PruneSharp.OrtApi;

/// <summary>A region ready to be called by ONNX Runtime. It is disposed when its last owner lets it go: the one who makes it is the first, each kernel is another.</summary>
/// <param name="run">Runs it; called from several threads at once.</param>
/// <param name="owned">What to dispose in the end; null for nothing.</param>
/// <param name="threadCount">The threads of the session; 0 for as many as ONNX Runtime takes by itself.</param>
internal sealed unsafe class RegionKernel(RegionCall run, IDisposable? owned, int threadCount)
{
    private readonly int _threadCount = threadCount > 0 ? threadCount : PhysicalCores.Count;
    private int _owners = 1;

    /// <summary>The program that it runs; null for what tests put in its place.</summary>
    public SparseProgram? Program => owned as SparseProgram;

    /// <summary>Packs a region's weights.</summary>
    public static RegionKernel Of(LayerGraph region, AccelerateOptions options)
    {
        var program = new SparseProgram(region, options);
        return new(program.Run, program, options.Threads);
    }

    /// <summary>Adds an owner.</summary>
    public void Retain() => Interlocked.Increment(ref _owners);

    /// <summary>Takes an owner away.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _owners) == 0)
            owned?.Dispose();
    }

    /// <summary>Runs the region for one call of a kernel.</summary>
    /// <returns>A status: null, or the error.</returns>
    public void* Compute(OrtTable api, void* context)
    {
        try
        {
            run(new OrtRegionTensors(api, context), new OrtParallelRunner(api, context, _threadCount));
            return null;
        }
        catch (Exception error)
        {
            return api.Status(error);
        }
    }
}
