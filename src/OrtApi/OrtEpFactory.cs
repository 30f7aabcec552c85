using System.Runtime.InteropServices;

namespace PruneSharp.OrtApi;

/// <summary>ONNX Runtime's description of what makes execution providers, in the order of its C header as of 1.23.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OrtEpFactory
{
    public uint Version;
    public delegate* unmanaged<OrtEpFactory*, byte*> GetName;
    public delegate* unmanaged<OrtEpFactory*, byte*> GetVendor;
    public delegate* unmanaged<OrtEpFactory*, void**, nuint, void**, nuint, nuint*, void*> GetSupportedDevices;
    public delegate* unmanaged<OrtEpFactory*, void**, void**, nuint, void*, void*, OrtEp**, void*> CreateEp;
    public delegate* unmanaged<OrtEpFactory*, OrtEp*, void> ReleaseEp;
    public delegate* unmanaged<OrtEpFactory*, uint> GetVendorId;
    public delegate* unmanaged<OrtEpFactory*, byte*> GetVersion;
    public void* ValidateCompiledModelCompatibilityInfo;
    public delegate* unmanaged<OrtEpFactory*, void*, void*, void**, void*> CreateAllocator;
    public delegate* unmanaged<OrtEpFactory*, void*, void> ReleaseAllocator;
    public delegate* unmanaged<OrtEpFactory*, void**, void*> CreateDataTransfer;
    public delegate* unmanaged<OrtEpFactory*, byte> IsStreamAware;
    public void* CreateSyncStreamForDevice;

    /// <summary>Behind what ONNX Runtime reads of this version: a handle of the managed object.</summary>
    public nint Handle;
}
