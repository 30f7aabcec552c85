using PruneSharp.OrtApi;

namespace PruneSharp.Native;

/// <summary>Makes the execution providers of sessions.</summary>
internal sealed unsafe class SparseFactory(OrtTable api)
{
    private const int Cpu = 0;

    private readonly OrtEpTable _ep = new(api);

    /// <summary>ONNX Runtime.</summary>
    public OrtTable Api => api;

    /// <summary>Its functions for execution providers.</summary>
    public OrtEpTable Ep => _ep;

    /// <summary>Takes the CPU among the devices of a machine.</summary>
    /// <returns>How many devices were taken.</returns>
    public nuint TakeDevices(OrtEpFactory* factory, ReadOnlySpan<nint> devices, Span<nint> taken)
    {
        int count = 0;
        foreach (nint device in devices)
            if (count < taken.Length && ((delegate* unmanaged<void*, int>)api[OrtSlot.HardwareDevice_Type])((void*)device) == Cpu)
                taken[count++] = _ep.CreateDevice(factory, (void*)device);
        return (nuint)count;
    }

    /// <summary>The execution provider of one session.</summary>
    public SparseProvider CreateProvider(void* sessionOptions, void* logger)
    {
        var log = new OrtLog(api, logger);
        return new(this, ProviderOptions.Read(new SessionEntries(api, sessionOptions)), log);
    }
}
