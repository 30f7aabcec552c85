namespace PruneSharp.Kernels;

/// <summary>A region that can be run with ONNX Runtime's own kernels.</summary>
public interface IDenseRun : IDisposable
{
    /// <summary>Runs it once on its own fixed inputs.</summary>
    void Run();
}
