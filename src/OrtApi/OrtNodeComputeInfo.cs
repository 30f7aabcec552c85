using System.Runtime.InteropServices;

namespace PruneSharp.OrtApi;

/// <summary>ONNX Runtime's description of a compiled region, in the order of its C header.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OrtNodeComputeInfo
{
    public uint Version;
    public delegate* unmanaged<OrtNodeComputeInfo*, void*, void**, void*> CreateState;
    public delegate* unmanaged<OrtNodeComputeInfo*, void*, void*, void*> Compute;
    public delegate* unmanaged<OrtNodeComputeInfo*, void*, void> ReleaseState;

    /// <summary>Behind what ONNX Runtime reads: a handle of the managed object.</summary>
    public nint Handle;
}
