using System.Runtime.InteropServices;

namespace PruneSharp.OrtApi;

/// <summary>ONNX Runtime's description of the execution provider of one session, in the order of its C header as of 1.23.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OrtEp
{
    public uint Version;
    public delegate* unmanaged<OrtEp*, byte*> GetName;
    public delegate* unmanaged<OrtEp*, void*, void*, void*> GetCapability;
    public delegate* unmanaged<OrtEp*, void**, void**, nuint, OrtNodeComputeInfo**, void**, void*> Compile;
    public delegate* unmanaged<OrtEp*, OrtNodeComputeInfo**, nuint, void> ReleaseNodeComputeInfos;
    public void* GetPreferredDataLayout;
    public void* ShouldConvertDataLayoutForOp;
    public void* SetDynamicOptions;
    public void* OnRunStart;
    public void* OnRunEnd;
    public void* CreateAllocator;
    public void* CreateSyncStreamForDevice;
    public void* GetCompiledModelCompatibilityInfo;

    /// <summary>Behind what ONNX Runtime reads of this version: a handle of the managed object.</summary>
    public nint Handle;
}
