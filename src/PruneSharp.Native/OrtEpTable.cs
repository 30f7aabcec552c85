using PruneSharp.OrtApi;

namespace PruneSharp.Native;

/// <summary>ONNX Runtime's table of C functions for execution providers.</summary>
internal sealed unsafe class OrtEpTable(OrtTable api)
{
    private const int CreateEpDevice = 0;
    private const int AddNodesToFuse = 2;

    private readonly void** _slots = ((delegate* unmanaged<void**>)api[OrtSlot.GetEpApi])();

    /// <summary>Says that a factory's providers run on a device.</summary>
    public nint CreateDevice(OrtEpFactory* factory, void* device)
    {
        void* result = null;
        api.Check(((delegate* unmanaged<void*, void*, void*, void*, void**, void*>)_slots[CreateEpDevice])(factory, device, null, null, &result));
        return (nint)result;
    }

    /// <summary>Claims nodes that become one. Their weights are copied, so ONNX Runtime may free its own.</summary>
    public void Fuse(void* supportInfo, ReadOnlySpan<nint> nodes)
    {
        var options = new OrtNodeFusionOptions { Version = api.ApiVersion, DropConstantInitializers = 1 };
        fixed (nint* first = nodes)
            api.Check(((delegate* unmanaged<void*, nint*, nuint, OrtNodeFusionOptions*, void*>)_slots[AddNodesToFuse])(supportInfo, first, (nuint)nodes.Length, &options));
    }
}
